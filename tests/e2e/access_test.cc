// Who gets in, and who gets nowhere.
#include <gtest/gtest.h>

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

class AccessTest : public ::testing::Test {
 protected:
  std::vector<std::string> Remote(const TestNode& node, const std::string& credentials,
                                  std::vector<std::string> command) {
    std::vector<std::string> argv = {MAILLAGE_CLI,
                                     "--lang",
                                     "en",
                                     "--node",
                                     absl::StrCat("127.0.0.1:", node.port()),
                                     "--cert",
                                     credentials + ".crt",
                                     "--key",
                                     credentials + ".key",
                                     "--pin",
                                     home_.path() + "/ops/node.crt"};
    argv.insert(argv.end(), command.begin(), command.end());
    return argv;
  }
  TempDir home_;
  TestNode capso_{home_.path(), "capso"};
};

TEST_F(AccessTest, AnOperatorDoesWhatTheRoleAllowsAndNothingAfterRemoval) {
  capso_.Start();
  const std::string ops = home_.path() + "/ops";
  std::filesystem::create_directory(ops);
  capso_.Ok({"operator", "add", "lea", "--role", "reader", "--out", ops});
  EXPECT_EQ(RunProgram(Remote(capso_, ops + "/lea", {"actor", "count"})).code, 0);
  const Finished refused = RunProgram(
      Remote(capso_, ops + "/lea",
             {"actor", "create", "kind=person", "basis=public_task", "family=A", "given=B"}));
  EXPECT_EQ(refused.code, 1);
  EXPECT_NE(refused.err.find("ROLE_TOO_LOW"), std::string::npos) << refused.err;
  capso_.Ok({"operator", "remove", "lea"});
  const Finished gone = RunProgram(Remote(capso_, ops + "/lea", {"actor", "count"}));
  EXPECT_EQ(gone.code, 1);
  EXPECT_NE(gone.err.find("UNKNOWN_CERTIFICATE"), std::string::npos) << gone.err;
}

TEST_F(AccessTest, AnUnknownNodeGetsNowhere) {
  TestNode stranger(home_.path(), "stranger");
  capso_.Start();
  const std::string ops = home_.path() + "/ops";
  std::filesystem::create_directory(ops);
  capso_.Ok({"operator", "add", "lea", "--role", "reader", "--out", ops});  // for the node's pin
  for (const auto& command : std::vector<std::vector<std::string>>{{"actor", "list"},
                                                                   {"actor", "count"},
                                                                   {"share", "list"},
                                                                   {"node", "status"},
                                                                   {"partner", "list"},
                                                                   {"partner", "invite"},
                                                                   {"invitation", "list"},
                                                                   {"sync", "status"}}) {
    const Finished refused = RunProgram(Remote(capso_, stranger.dir() + "/keys/tls", command));
    EXPECT_EQ(refused.code, 1) << command[0];
    EXPECT_NE(refused.err.find("UNKNOWN_CERTIFICATE"), std::string::npos) << refused.err;
  }
}

TEST_F(AccessTest, AWrongOrSpentTokenPairsNobody) {
  TestNode irev(home_.path(), "irev");
  TestNode ville(home_.path(), "ville");
  capso_.Start();
  irev.Start();
  ville.Start();
  EXPECT_EQ(irev.Cli({"partner", "accept", "not-a-token"}).code, 1);
  const std::string invited = capso_.Ok({"-o", "json", "partner", "invite"});
  const size_t start = invited.find("\"token\":") + 8;
  const size_t open = invited.find('"', start) + 1;
  const std::string token = invited.substr(open, invited.find('"', open) - open);
  irev.Ok({"partner", "accept", token});
  const Finished spent = ville.Cli({"partner", "accept", token});
  EXPECT_EQ(spent.code, 1);
  EXPECT_NE(spent.err.find("hint:"), std::string::npos) << spent.err;
  EXPECT_EQ(capso_.Ok({"-o", "json", "partner", "list"}).find("ville"), std::string::npos);
}

}  // namespace
}  // namespace maillage::testing

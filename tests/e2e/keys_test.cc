// Keys are replaced and partnerships made, as an administrator does it.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

class KeysTest : public ::testing::Test {
 protected:
  static size_t Partners(const TestNode& node) {
    const std::string out = node.Ok({"-o", "json", "partner", "list"});
    return static_cast<size_t>(std::count(out.begin(), out.end(), '\n'));
  }
  static bool Arrives(const TestNode& node, int64_t count) {
    return WaitFor([&] { return node.Count("origin = capso") == count; }, absl::Seconds(60));
  }

  TempDir home_;
  TestNode capso_{home_.path(), "capso"};
  TestNode irev_{home_.path(), "irev"};
  TestNode creil_{home_.path(), "creil"};
};

TEST_F(KeysTest, ThreeNodesPairByOneYesAndAShareFollowsThePartnership) {
  for (TestNode* node : {&capso_, &irev_, &creil_}) node->Start();
  Pair(capso_, irev_);
  capso_.Ok({"partnership", "create", "Contrat de ville", "--deputy", "irev"});
  capso_.Ok({"share", "create", "pros", "--to", "Contrat de ville", "--view", "professional",
             "--filter", "NOT category = CITIZEN"});
  Pair(capso_, creil_);
  capso_.Ok({"partnership", "add", "Contrat de ville", "creil"});
  for (TestNode* node : {&irev_, &creil_}) {
    EXPECT_TRUE(WaitFor([&] {
      return node->Cli({"partnership", "accept", "Contrat de ville"}).code == 0;
    })) << node->Log();
  }
  EXPECT_TRUE(WaitFor([&] { return Partners(irev_) == 2 && Partners(creil_) == 2; }));
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(3, "a"));
  for (TestNode* node : {&irev_, &creil_}) {
    ASSERT_TRUE(WaitFor([&] {
      return node->Cli({"share", "subscribe", "capso", "pros"}).code == 0;
    })) << node->Log();
    EXPECT_TRUE(Arrives(*node, 3)) << node->Log();
  }
  capso_.Ok({"partnership", "remove", "Contrat de ville", "creil"});
  EXPECT_TRUE(Arrives(creil_, 0)) << creil_.Log();
  EXPECT_TRUE(WaitFor([&] { return Partners(creil_) == 1 && Partners(irev_) == 1; }));
}

TEST_F(KeysTest, AnHeirGoesOnWithTheRecordsOfAClosedNode) {
  capso_.Start();
  irev_.Start();
  ShareProfessionals(capso_, irev_);
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(3, "a"));
  ASSERT_TRUE(Arrives(irev_, 3)) << irev_.Log();
  EXPECT_EQ(irev_.Cli({"succession", "accept", "capso"}).code, 1);
  capso_.Ok({"node", "close", "--heir", "irev", "--for-good"});
  EXPECT_NE(capso_
                .Cli({"actor", "create", "kind=person", "basis=public_task", "notice_exempt=essai",
                      "family=A", "given=B"})
                .err.find("NODE_CLOSED"),
            std::string::npos);
  ASSERT_TRUE(WaitFor([&] {
    return irev_.Cli({"succession", "accept", "capso"}).code == 0;
  })) << irev_.Log();
  EXPECT_NE(irev_.Ok({"-o", "csv", "succession", "list"}).find("capso"), std::string::npos);
  EXPECT_EQ(irev_.Count("origin = irev"), 3);
  // The second time makes nothing twice; what was seen before is still there.
  irev_.Ok({"succession", "accept", "capso"});
  EXPECT_EQ(irev_.Count("origin = irev"), 3);
  EXPECT_EQ(irev_.Count("origin = capso"), 3);
}

TEST_F(KeysTest, EveryKeyIsReplacedAndTheShareGoesOn) {
  capso_.Start();
  irev_.Start();
  ShareProfessionals(capso_, irev_);
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(3, "a"));
  ASSERT_TRUE(Arrives(irev_, 3)) << irev_.Log();
  capso_.Ok({"node", "rotate", "signing"});
  capso_.Ok({"node", "rotate", "tls"});
  EXPECT_EQ(capso_.Cli({"node", "rotate", "root"}, "no sheet").code, 1);
  EXPECT_EQ(capso_.Cli({"node", "rotate", "seal"}).code, 2);
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(4, "b"));
  EXPECT_TRUE(Arrives(irev_, 7)) << irev_.Log();
  // Whoever starts again finds the other with the keys it has now.
  capso_.Stop();
  capso_.Start();
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(1, "c"));
  EXPECT_TRUE(Arrives(irev_, 8)) << irev_.Log();
  // With a partner away, a new certificate would cut it off.
  irev_.Stop();
  ASSERT_TRUE(WaitFor([&] { return capso_.Cli({"node", "rotate", "tls"}).code == 1; }));
  EXPECT_NE(capso_.Cli({"node", "rotate", "tls"}).err.find("PARTNERS_ABSENT"), std::string::npos);
}

}  // namespace
}  // namespace maillage::testing

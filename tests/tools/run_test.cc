// Whole commands, against a server in this process where they need one.
#include "tools/cli/run.h"

#include <gmock/gmock.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/grpc_status.h"
#include "maillage/v1/node_service.grpc.pb.h"
#include "maillage/v1/territory.grpc.pb.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome Maillage(std::vector<std::string> words) {
  std::stringstream out;
  std::stringstream err;
  words.insert(words.begin(), {"--lang", "en"});
  const int code = Run(AllCommands(), std::move(words), out, err);
  return {code, out.str(), err.str()};
}

TEST(Run, ShowsHelpOfEveryCommand) {
  for (const CommandEntry& entry : AllCommands()) {
    std::stringstream path(entry.path);
    std::vector<std::string> words;
    for (std::string word; path >> word;) words.push_back(word);
    words.push_back("--help");
    const Outcome outcome = Maillage(words);
    EXPECT_EQ(outcome.code, 0) << entry.path;
    EXPECT_THAT(outcome.out, HasSubstr(entry.summary));
    EXPECT_EQ(outcome.err, "");
  }
}

TEST(Run, ShowsHelpInFrench) {
  std::stringstream out;
  std::stringstream err;
  EXPECT_EQ(cli::Run(AllCommands(), {"actor", "list", "--lang=fr", "--help"}, out, err), 0);
  EXPECT_THAT(out.str(), HasSubstr("Liste les acteurs"));
}

TEST(Run, EndsWithTwoForWrongUsage) {
  struct Case {
    std::vector<std::string> words;
    const char* error;
  };
  const Case cases[] = {
      {{"actor", "lst"}, "error: 'lst' is no command (USAGE)\nhint: maillage actor --help"},
      {{"lst"}, "error: 'lst' is no command (USAGE)\nhint: maillage --help"},
      {{"actor"}, "Persons and organisations"},
      {{"actor", "list", "--no-such"}, "error: "},
      {{"partner", "accept"}, "error: TOKEN is required (USAGE)\nhint: maillage partner accept"},
      {{"actor", "list", "--limit", "-1"}, "error: "},
      {{"share", "create", "s", "--to", "p", "--view", "all"},
       "error: 'all' is none of card, professional, full (USAGE)"},
      {{"sync", "wait", "--timeout", "soon"},
       "error: 'soon' is no duration such as 30s or 2m (USAGE)"},
      {{"actor", "update", "x"}, "error: nothing changes (USAGE)"},
      {{"actor", "update", "notes=x"}, "error: which actor? (USAGE)"},
      {{"actor", "import", "/dev/null", "--map", "Nom"}, "error: --map Nom is not COLUMN=FIELD"},
      {{"invitation", "uncertain", "i", "--resend", "--give-up"}, "error: --resend and --give-up"},
      {{"--node", "host:1", "node", "status"}, "error: host:1 needs --cert, --key and --pin"},
  };
  for (const Case& c : cases) {
    const Outcome outcome = Maillage(c.words);
    EXPECT_EQ(outcome.code, 2) << outcome.err;
    EXPECT_THAT(outcome.err, StartsWith(c.error));
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(Run, EndsWithOneWhereNoNodeAnswers) {
  const Outcome outcome = Maillage({"--node", "unix:/nonexistent/admin.sock", "node", "status"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err,
            "error: no node runs at /nonexistent/admin.sock (NODE_UNREACHABLE)\n"
            "hint: Start it with `maillaged --dir DIR`, or say which one with --node.\n");
}

TEST(Run, EndsWithOneWhereAFileIsMissing) {
  const Outcome outcome = Maillage({"actor", "import", "/nonexistent.csv"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err, "error: /nonexistent.csv: No such file or directory (NO_FILE)\n");
}

TEST(Version, IsPrinted) {
  EXPECT_THAT(Maillage({"version"}).out, StartsWith("maillage "));
  EXPECT_THAT(Maillage({"version", "-o", "json"}).out, StartsWith("{\"version\":\""));
}

// 2,500 territories in pages of at most 1000, and operators made on demand.
class Node : public v1::TerritoryService::Service, public v1::NodeService::Service {
 public:
  grpc::Status ListTerritories(grpc::ServerContext*, const v1::ListTerritoriesRequest* request,
                               v1::ListTerritoriesResponse* response) override {
    const int first = request->page_token().empty() ? 0 : std::stoi(request->page_token());
    const int end = std::min(first + request->page_size(), 2500);
    for (int i = first; i < end; ++i) {
      response->add_territories()->mutable_ref()->set_code(absl::StrCat(i));
    }
    if (end < 2500) response->set_next_page_token(absl::StrCat(end));
    response->set_total_size(2500);
    return grpc::Status::OK;
  }
  grpc::Status GetTerritory(grpc::ServerContext*, const v1::GetTerritoryRequest*,
                            v1::Territory*) override {
    return ToGrpcStatus(NotFound("NO_TERRITORY", "no \x1b[31mterritory", "Look it up."));
  }
  grpc::Status CreateOperator(grpc::ServerContext*, const v1::CreateOperatorRequest* request,
                              v1::CreateOperatorResponse* response) override {
    response->mutable_operator_()->set_alias(request->alias());
    response->mutable_operator_()->set_role(request->role());
    response->set_certificate_pem("certificate");
    response->set_private_key_pem("key");
    response->set_node_certificate_pem("node");
    return grpc::Status::OK;
  }
};

class CommandTest : public testing::Test {
 protected:
  CommandTest() {
    char pattern[] = "/tmp/run_test.XXXXXX";
    home_ = mkdtemp(pattern);
    grpc::ServerBuilder builder;
    builder.AddListeningPort("unix:" + home_ + "/s", grpc::InsecureServerCredentials());
    builder.RegisterService(static_cast<v1::TerritoryService::Service*>(&node_));
    builder.RegisterService(static_cast<v1::NodeService::Service*>(&node_));
    server_ = builder.BuildAndStart();
  }
  ~CommandTest() override { std::filesystem::remove_all(home_); }
  Outcome Ask(std::vector<std::string> words) const {
    words.insert(words.begin(), {"--node", "unix:" + home_ + "/s"});
    return Maillage(std::move(words));
  }
  std::string home_;
  Node node_;
  std::unique_ptr<grpc::Server> server_;
};

TEST_F(CommandTest, ListsAllPages) {
  const Outcome outcome = Ask({"territory", "list", "-o", "csv"});
  EXPECT_EQ(outcome.code, 0) << outcome.err;
  EXPECT_EQ(std::count(outcome.out.begin(), outcome.out.end(), '\n'), 2501);
}

TEST_F(CommandTest, StopsAtTheLimitAndSaysSo) {
  EXPECT_THAT(Ask({"territory", "list", "--limit", "1200"}).out, HasSubstr("\n1,200 of 2,500 "));
}

TEST_F(CommandTest, ReportsARefusalWithReasonAndMendAndNoControlCharacters) {
  const Outcome outcome = Ask({"territory", "show", "99999"});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_EQ(outcome.err, "error: no \uFFFD[31mterritory (NO_TERRITORY)\nhint: Look it up.\n");
}

TEST_F(CommandTest, WritesTheKeyOfAnOperatorForItsOwnerAlone) {
  const std::string place = home_ + "/new/keys";
  const Outcome outcome = Ask({"operator", "add", "anna", "--role", "reader", "--out", place});
  ASSERT_EQ(outcome.code, 0) << outcome.err;
  struct stat status = {};
  ASSERT_EQ(stat((place + "/anna.key").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600u);
  EXPECT_TRUE(std::filesystem::exists(place + "/anna.crt"));
  EXPECT_TRUE(std::filesystem::exists(place + "/node.crt"));
  EXPECT_EQ(outcome.out.find("key"), std::string::npos) << "the secret is not printed";
}

TEST_F(CommandTest, MakesNoOperatorWhoseKeyWouldOverwriteAnother) {
  ASSERT_EQ(Ask({"operator", "add", "anna", "--role", "reader", "--out", home_}).code, 0);
  const Outcome outcome = Ask({"operator", "add", "anna", "--role", "admin", "--out", home_});
  EXPECT_EQ(outcome.code, 1);
  EXPECT_THAT(outcome.err, HasSubstr("FILE_EXISTS"));
}

}  // namespace
}  // namespace maillage::cli

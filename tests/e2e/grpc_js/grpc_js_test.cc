// A node as programs in other languages see it.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

constexpr int kSkipped = 77;
constexpr int kActors = 12;

class GrpcJsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    node_.Start();
    std::filesystem::create_directory(ops_);
    node_.Ok({"operator", "add", "lea", "--role", "reader", "--out", ops_});
    node_.Ok({"actor", "import", "-", "--source", "test"}, Professionals(kActors, "a"));
  }

  // Lists the actors with these credentials; expects all of them.
  Finished List(const std::string& certificate, const std::string& key) {
    return maillage::testing::RunProgram(
        {absl::StrCat(MAILLAGE_SOURCE_DIR, "/tests/e2e/grpc_js/run.sh"),
         absl::StrCat("127.0.0.1:", node_.port()), certificate, key, ops_ + "/node.crt",
         absl::StrCat(kActors), MAILLAGE_GRPC_JS_DIR});
  }

  TempDir home_;
  TestNode node_{home_.path(), "capso"};
  const std::string ops_ = home_.path() + "/ops";
};

TEST_F(GrpcJsTest, AnOperatorsProgramListsTheActorsPageByPage) {
  const Finished listed = List(ops_ + "/lea.crt", ops_ + "/lea.key");
  if (listed.code == kSkipped) GTEST_SKIP() << listed.err;
  EXPECT_EQ(listed.code, 0) << listed.err;
  EXPECT_EQ(std::count(listed.out.begin(), listed.out.end(), '\n'), kActors) << listed.out;
}

TEST_F(GrpcJsTest, AStrangersProgramIsRefused) {
  TestNode stranger(home_.path(), "stranger");
  const Finished refused = List(stranger.dir() + "/keys/tls.crt", stranger.dir() + "/keys/tls.key");
  if (refused.code == kSkipped) GTEST_SKIP() << refused.err;
  EXPECT_EQ(refused.code, 1) << refused.out;
  EXPECT_NE(refused.err.find("UNAUTHENTICATED"), std::string::npos) << refused.err;
}

}  // namespace
}  // namespace maillage::testing

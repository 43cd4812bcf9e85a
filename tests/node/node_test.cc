#include "server/node/node.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "server/node/home.h"
#include "server/node/init.h"

namespace maillage::node {
namespace {

namespace fs = std::filesystem;

class NodeTest : public testing::Test {
 protected:
  NodeTest() {
    base_ = "/tmp/maillage_node.XXXXXX";
    EXPECT_NE(mkdtemp(base_.data()), nullptr);
    config_.alias = "capso";
    config_.name = "Communauté d'agglomération";
    config_.listen = "127.0.0.1:0";
  }
  ~NodeTest() override { fs::remove_all(base_); }
  std::string Home() const { return base_ + "/home"; }
  absl::StatusOr<NewNode> Init() { return InitNode(Home(), config_, Clock::Real()); }
  std::set<std::string> Names(const std::string& dir) const {
    std::set<std::string> names;
    for (const auto& entry : fs::directory_iterator(dir)) names.insert(entry.path().filename());
    return names;
  }
  std::string base_;
  Config config_;
};

TEST_F(NodeTest, IsMadeStartedStoppedAndStartedAgain) {
  const auto made = Init();
  ASSERT_TRUE(made.ok()) << made.status();
  for (int i = 0; i < 2; ++i) {
    const auto node = Node::Start(Home(), Clock::Real());
    ASSERT_TRUE(node.ok()) << node.status();
    EXPECT_EQ((*node)->id(), made->node);
    EXPECT_GT((*node)->port(), 0);
    EXPECT_TRUE(fs::exists(Home() + "/admin.sock"));
    (*node)->Stop(absl::Seconds(1));
    EXPECT_FALSE(fs::exists(Home() + "/admin.sock"));
  }
}

TEST_F(NodeTest, PutsNothingOfTheRecoveryKeyOnDisk) {
  const auto made = Init();
  ASSERT_TRUE(made.ok()) << made.status();
  for (const auto& entry : fs::recursive_directory_iterator(Home())) {
    if (!entry.is_regular_file()) continue;
    std::ifstream file(entry.path());
    std::stringstream content;
    content << file.rdbuf();
    // A group of four characters may stand there by chance, three do not.
    int found = 0;
    for (const absl::string_view part :
         absl::StrSplit(made->recovery_sheet, absl::ByAnyChar(" \n"))) {
      found += content.str().find(std::string(part)) != std::string::npos ? 1 : 0;
    }
    EXPECT_LT(found, 3) << entry.path();
  }
}

TEST_F(NodeTest, IsNotMadeWhereThereIsSomething) {
  ASSERT_TRUE(Init().ok());
  const std::set<std::string> before = Names(Home());
  EXPECT_EQ(ErrorReason(Init().status()), "HOME_EXISTS");
  EXPECT_EQ(Names(Home()), before);
  EXPECT_EQ(Names(base_), std::set<std::string>{"home"});
}

TEST_F(NodeTest, IsMadeInAnEmptyDirectory) {
  fs::create_directory(Home());
  EXPECT_TRUE(Init().ok());
  EXPECT_EQ(Names(base_), std::set<std::string>{"home"});
}

TEST_F(NodeTest, LeavesNothingHalfMade) {
  config_.alias = "Not An Alias";
  EXPECT_EQ(ErrorReason(Init().status()), "BAD_CONFIG");
  // Passes the configuration's check, is refused by the descriptor's.
  config_.alias = "capso";
  config_.name = "a\nb";
  EXPECT_EQ(ErrorReason(Init().status()), "BAD_DESCRIPTOR");
  EXPECT_TRUE(Names(base_).empty());
}

TEST_F(NodeTest, RunsOnceAHome) {
  ASSERT_TRUE(Init().ok());
  const auto first = Node::Start(Home(), Clock::Real());
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = Node::Start(Home(), Clock::Real());
  EXPECT_EQ(ErrorReason(second.status()), "HOME_IN_USE");
  EXPECT_TRUE(fs::exists(Home() + "/admin.sock"));
}

TEST_F(NodeTest, SaysWhatKeepsItFromStarting) {
  EXPECT_EQ(ErrorReason(Node::Start(Home(), Clock::Real()).status()), "NO_HOME");
  ASSERT_TRUE(Init().ok());
  const auto first = Node::Start(Home(), Clock::Real());
  ASSERT_TRUE(first.ok());
  config_.listen = absl::StrCat("127.0.0.1:", (*first)->port());
  ASSERT_TRUE(InitNode(base_ + "/other", config_, Clock::Real()).ok());
  EXPECT_EQ(ErrorReason(Node::Start(base_ + "/other", Clock::Real()).status()), "CANNOT_BIND");
  // Another node's keys under this node's database.
  (*first)->Stop(absl::ZeroDuration());
  fs::remove_all(base_ + "/other/keys");
  fs::copy(Home() + "/keys", base_ + "/other/keys", fs::copy_options::recursive);
  EXPECT_EQ(ErrorReason(Node::Start(base_ + "/other", Clock::Real()).status()),
            "BAD_OWN_DESCRIPTOR");
}

}  // namespace
}  // namespace maillage::node

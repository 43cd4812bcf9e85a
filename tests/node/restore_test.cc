// A backup is put in place whole or not at all, and only where it belongs.
#include "server/node/restore.h"

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include "client/base/error.h"
#include "server/node/backup.h"
#include "server/node/init.h"
#include "server/node/node.h"
#include "server/storage/backup.h"
#include "server/storage/database.h"

namespace maillage::node {
namespace {

namespace fs = std::filesystem;

class RestoreTest : public testing::Test {
 protected:
  RestoreTest() {
    base_ = "/tmp/maillage_restore.XXXXXX";
    EXPECT_NE(mkdtemp(base_.data()), nullptr);
  }
  ~RestoreTest() override { fs::remove_all(base_); }

  std::string Home(const std::string& alias) {
    Config config;
    config.alias = alias;
    config.name = "Institution " + alias;
    config.listen = "127.0.0.1:0";
    const std::string home = base_ + "/" + alias;
    EXPECT_TRUE(InitNode(home, config, Clock::Real()).ok());
    return home;
  }
  // As the node makes it.
  void BackUp(const std::string& home, const std::string& folder) {
    auto database = storage::Database::Open({.path = home + "/db"}).value();
    storage::Writer writer(database.get(), {});
    const auto self = identity::Self::Load(identity::LoadKeys(home).value(), "capso",
                                           database->latest(), identity::DescriptorPath(home))
                          .value();
    const auto made = NodeBackup(home, self.get(), database.get(), &writer).Make(folder, 0, "");
    ASSERT_TRUE(made.ok()) << made.status();
  }
  absl::StatusOr<Restored> Restore(const std::string& home, const std::string& from,
                                   uint32_t number = 0) {
    return RestoreNode(home, from, number, Clock::Real());
  }
  bool Starts(const std::string& home) {
    const auto node = Node::Start(home, Clock::Real());
    EXPECT_TRUE(node.ok()) << node.status();
    return node.ok();
  }

  std::string base_;
};

TEST_F(RestoreTest, ABackupTakesThePlaceOfTheDatabaseWhichIsKeptAside) {
  const std::string home = Home("capso");
  BackUp(home, base_ + "/backups");
  const auto restored = Restore(home, base_ + "/backups");
  ASSERT_TRUE(restored.ok()) << restored.status();
  EXPECT_TRUE(fs::exists(restored->moved_to));
  EXPECT_TRUE(Starts(home));
}

TEST_F(RestoreTest, ANodeThatLostItsDiskButKeptItsKeysHasItsConfigurationBack) {
  const std::string home = Home("capso");
  BackUp(home, base_ + "/backups");
  for (const char* lost : {"/db", "/node.toml", "/boot-stamp", "/lock"}) {
    fs::remove_all(home + lost);
  }
  ASSERT_TRUE(Restore(home, base_ + "/backups").ok());
  EXPECT_TRUE(Starts(home));
}

TEST_F(RestoreTest, ANodeWithoutItsDatabaseStartsFromItsKeys) {
  const std::string home = Home("capso");
  const NodeId before = Node::Start(home, Clock::Real()).value()->id();
  fs::remove_all(home + "/db");
  const auto node = Node::Start(home, Clock::Real());
  ASSERT_TRUE(node.ok()) << node.status();
  EXPECT_EQ((*node)->id(), before);
}

TEST_F(RestoreTest, TheDescriptorNeverGoesBackInVersion) {
  const std::string home = Home("capso");
  BackUp(home, base_ + "/backups");
  // Starts sign new versions: the port is another each time.
  ASSERT_TRUE(Starts(home));
  ASSERT_TRUE(Starts(home));
  const auto version = [&] {
    auto database = storage::Database::Open({.path = home + "/db"}).value();
    return identity::Self::Load(identity::LoadKeys(home).value(), "capso", database->latest(),
                                identity::DescriptorPath(home))
        .value()
        ->descriptor()
        .version();
  };
  const uint64_t before = version();
  EXPECT_GE(before, 1U);
  ASSERT_TRUE(Restore(home, base_ + "/backups").ok());
  EXPECT_EQ(version(), before);
}

TEST_F(RestoreTest, SaysWhatItCannotDo) {
  const std::string home = Home("capso");
  const std::string other = Home("irev");
  BackUp(home, base_ + "/backups");
  EXPECT_EQ(ErrorReason(Restore(other, base_ + "/backups").status()), "OTHER_NODES_BACKUP");
  EXPECT_EQ(ErrorReason(Restore(home, base_ + "/nowhere").status()), "NOT_A_BACKUP");
  EXPECT_EQ(ErrorReason(Restore(home, base_ + "/backups", 7).status()), "NO_SUCH_BACKUP");
  EXPECT_EQ(ErrorReason(Restore(base_, base_ + "/backups").status()), "NO_KEYS");
  const auto node = Node::Start(home, Clock::Real());
  EXPECT_EQ(ErrorReason(Restore(home, base_ + "/backups").status()), "HOME_IN_USE");
}

TEST_F(RestoreTest, ADamagedBackupLeavesTheDatabaseWhereItIs) {
  const std::string home = Home("capso");
  BackUp(home, base_ + "/backups");
  for (const auto& file : fs::recursive_directory_iterator(base_ + "/backups/shared_checksum")) {
    std::fstream(file.path(), std::ios::in | std::ios::out).seekp(20) << "damage";
  }
  EXPECT_EQ(ErrorReason(Restore(home, base_ + "/backups").status()), "BACKUP_DAMAGED");
  EXPECT_FALSE(fs::exists(home + "/db.restoring"));
  EXPECT_TRUE(Starts(home));
}

TEST_F(RestoreTest, ABackupGoesIntoNoFolderOfOthers) {
  const std::string home = Home("capso");
  const std::string other = Home("irev");
  BackUp(other, base_ + "/backups");
  auto database = storage::Database::Open({.path = home + "/db"}).value();
  storage::Writer writer(database.get(), {});
  const auto self =
      identity::Self::Load(identity::LoadKeys(home).value(), "capso", database->latest()).value();
  const NodeBackup backup(home, self.get(), database.get(), &writer);
  EXPECT_EQ(ErrorReason(backup.Make(base_ + "/backups", 0, "").status()), "OTHER_NODES_BACKUPS");
  EXPECT_EQ(ErrorReason(backup.Make("backups", 0, "").status()), "BAD_FOLDER");
  EXPECT_EQ(ErrorReason(backup.Make(home + "/keys/b", 0, "").status()), "BAD_FOLDER");
  EXPECT_EQ(ErrorReason(backup.Make(base_, 0, "").status()), "NOT_EMPTY");
}

}  // namespace
}  // namespace maillage::node

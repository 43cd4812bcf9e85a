#include "server/storage/database.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "client/base/encoding.h"
#include "client/base/error.h"

namespace maillage::storage {
namespace {

class DatabaseTest : public ::testing::Test {
 protected:
  void SetUp() override {
    path_ =
        std::filesystem::temp_directory_path() / ("maillage_database_" + std::to_string(getpid()));
    std::filesystem::remove_all(path_);
  }
  void TearDown() override { std::filesystem::remove_all(path_); }
  absl::StatusOr<std::unique_ptr<Database>> Open() {
    return Database::Open({.path = path_.string()});
  }
  std::filesystem::path path_;
};

TEST_F(DatabaseTest, KeepsRowsOverAReopen) {
  {
    auto database = Open();
    ASSERT_TRUE(database.ok()) << database.status();
    Batch batch;
    batch.Put(Family::kMeta, "key", "value");
    ASSERT_TRUE((*database)->Apply(batch, true).ok());
  }
  auto database = Open();
  ASSERT_TRUE(database.ok()) << database.status();
  EXPECT_EQ(*(*database)->latest().Get(Family::kMeta, "key"), "value");
  EXPECT_EQ(*(*database)->latest().Get(Family::kMeta, "other"), std::nullopt);
}

TEST_F(DatabaseTest, RefusesDataOfANewerSchema) {
  {
    auto database = Open();
    ASSERT_TRUE(database.ok()) << database.status();
    Batch batch;
    std::string newer;
    AppendU32(&newer, kSchemaVersion + 1);
    batch.Put(Family::kMeta, "schema_version", newer);
    ASSERT_TRUE((*database)->Apply(batch, true).ok());
  }
  const auto database = Open();
  EXPECT_EQ(database.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_EQ(ErrorReason(database.status()), "NEWER_SCHEMA");
  EXPECT_NE(ErrorMend(database.status()), "");
}

TEST_F(DatabaseTest, RefusesASecondOpening) {
  const auto first = Open();
  ASSERT_TRUE(first.ok()) << first.status();
  EXPECT_EQ(ErrorReason(Open().status()), "DATABASE_IN_USE");
}

TEST_F(DatabaseTest, SnapshotKeepsWhatItSawWhileRowsChange) {
  const auto database = Open();
  ASSERT_TRUE(database.ok()) << database.status();
  Batch batch;
  batch.Put(Family::kMeta, "key", "old");
  ASSERT_TRUE((*database)->Apply(batch, true).ok());
  const auto snapshot = (*database)->Snapshot();
  Batch change;
  change.Put(Family::kMeta, "key", "new");
  ASSERT_TRUE((*database)->Apply(change, true).ok());
  EXPECT_EQ(*snapshot->Get(Family::kMeta, "key"), "old");
  EXPECT_EQ(*(*database)->latest().Get(Family::kMeta, "key"), "new");
}

TEST_F(DatabaseTest, ScanVisitsAPrefixInOrderUntilToldToStop) {
  const auto database = Open();
  ASSERT_TRUE(database.ok()) << database.status();
  Batch batch;
  for (const char* key : {"b2", "a1", "b1", "c1", "b3"}) batch.Put(Family::kMeta, key, "");
  ASSERT_TRUE((*database)->Apply(batch, true).ok());
  std::vector<std::string> seen;
  ASSERT_TRUE((*database)
                  ->latest()
                  .ScanPrefix(Family::kMeta, "b",
                              [&](absl::string_view key, absl::string_view) {
                                seen.emplace_back(key);
                                return seen.size() < 2;
                              })
                  .ok());
  EXPECT_EQ(seen, (std::vector<std::string>{"b1", "b2"}));
}

}  // namespace
}  // namespace maillage::storage

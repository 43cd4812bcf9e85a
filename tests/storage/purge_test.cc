// After a purge the bytes of what was deleted are in no file.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "absl/time/clock.h"
#include "client/base/error.h"
#include "server/storage/database.h"
#include "server/storage/postings.h"

namespace maillage::storage {
namespace {

constexpr char kAddress[] = "introuvable@example.org";
constexpr char kStays[] = "reste@example.org";

class PurgeTest : public ::testing::Test {
 protected:
  PurgeTest()
      : path_(std::filesystem::temp_directory_path() /
              ("maillage_purge_" + std::to_string(getpid()))) {
    std::filesystem::remove_all(path_);
    database_ = Database::Open({.path = path_.string(), .compress = false}).value();
  }
  ~PurgeTest() override {
    database_.reset();
    std::filesystem::remove_all(path_);
  }

  void Write(const std::string& address, bool present) {
    const std::string posting = PostingKey(8, address, 0);
    Batch batch;
    batch.Merge(Family::kPostings, posting, EncodeOperand({{7, present}}));
    if (present) {
      batch.Put(Family::kActors, "id-" + address.substr(0, 3), address);
      batch.Put(Family::kSorted, address, "");
    } else {
      batch.Delete(Family::kActors, "id-" + address.substr(0, 3));
      batch.Delete(Family::kSorted, address);
    }
    ASSERT_TRUE(database_->Apply(batch, true).ok());
  }
  absl::Status Purge(uint64_t mark) {
    return database_->Purge(
        {{Family::kPostings, PostingPrefix(8, kAddress), PrefixEnd(PostingPrefix(8, kAddress))},
         {Family::kActors, "id-", PrefixEnd("id-")},
         {Family::kSorted, kAddress, PrefixEnd(kAddress)}},
        mark);
  }
  bool FilesHold(const std::string& bytes) const {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path_)) {
      if (!entry.is_regular_file()) continue;
      std::ifstream file(entry.path(), std::ios::binary);
      std::stringstream text;
      text << file.rdbuf();
      if (text.str().find(bytes) != std::string::npos) return true;
    }
    return false;
  }
  // RocksDB removes files in the background.
  bool Vanishes(const std::string& bytes) const {
    const absl::Time deadline = absl::Now() + absl::Seconds(20);
    while (FilesHold(bytes)) {
      if (absl::Now() > deadline) return false;
      absl::SleepFor(absl::Milliseconds(10));
    }
    return true;
  }

  const std::filesystem::path path_;
  std::unique_ptr<Database> database_;
};

TEST_F(PurgeTest, LeavesTheBytesOfWhatIsGoneInNoFile) {
  Write(kStays, true);
  Write(kAddress, true);
  // Some of it in tables, some in the log of writes.
  ASSERT_TRUE(Purge(database_->Mark()).ok());
  EXPECT_TRUE(FilesHold(kAddress));
  Write(kAddress, false);
  EXPECT_TRUE(FilesHold(kAddress));
  ASSERT_TRUE(Purge(database_->Mark()).ok());
  EXPECT_TRUE(Vanishes(kAddress));
  EXPECT_TRUE(FilesHold(kStays));
  EXPECT_EQ(ReadPosting(database_->latest(), 8, kStays)->cardinality(), 1u);
}

TEST_F(PurgeTest, WaitsForSnapshotsThatStillShowWhatIsGone) {
  Write(kAddress, true);
  auto snapshot = database_->Snapshot();
  Write(kAddress, false);
  const uint64_t mark = database_->Mark();
  EXPECT_EQ(ErrorReason(Purge(mark)), "PINNED");
  // A newer one shows nothing of it.
  snapshot = database_->Snapshot();
  EXPECT_TRUE(Purge(mark).ok());
  EXPECT_TRUE(Vanishes(kAddress));
}

TEST_F(PurgeTest, KeepsAPostingThatWasEmptiedAndFilledAgain) {
  Write(kAddress, true);
  Write(kAddress, false);
  Write(kAddress, true);
  ASSERT_TRUE(Purge(database_->Mark()).ok());
  EXPECT_EQ(ReadPosting(database_->latest(), 8, kAddress)->cardinality(), 1u);
}

}  // namespace
}  // namespace maillage::storage

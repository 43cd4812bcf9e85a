#include "server/storage/ingestion.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <memory>
#include <string>

#include "client/base/error.h"
#include "server/storage/database.h"
#include "server/storage/postings.h"
#include "server/storage/writer.h"

namespace maillage::storage {
namespace {

class IngestionTest : public ::testing::TestWithParam<bool> {
 protected:
  void SetUp() override {
    path_ =
        std::filesystem::temp_directory_path() / ("maillage_ingestion_" + std::to_string(getpid()));
    std::filesystem::remove_all(path_);
    std::filesystem::create_directory(path_);
    database_ = Database::Open({.path = path_ / "db", .in_memory = GetParam()}).value();
    writer_ = std::make_unique<Writer>(database_.get(), std::vector<CommitStage*>{});
  }
  void TearDown() override {
    writer_.reset();
    database_.reset();
    std::filesystem::remove_all(path_);
  }

  absl::Status Commit(std::shared_ptr<Ingestion> ingestion,
                      std::vector<Precondition> preconditions = {}) {
    Transaction transaction;
    transaction.priority = Priority::kBulk;
    transaction.preconditions = std::move(preconditions);
    transaction.ingestion = std::move(ingestion);
    return writer_->Commit(std::move(transaction));
  }
  void Put(Family family, const std::string& key, const std::string& value) {
    Transaction transaction;
    transaction.writes.Put(family, key, value);
    ASSERT_TRUE(writer_->Commit(std::move(transaction)).ok());
  }
  std::map<std::string, std::string> RowsOf(Family family) const {
    std::map<std::string, std::string> rows;
    const absl::Status status = database_->latest().ScanPrefix(
        family, "", [&](absl::string_view key, absl::string_view value) {
          rows.emplace(key, value);
          return true;
        });
    EXPECT_TRUE(status.ok()) << status;
    return rows;
  }
  size_t Staged() const { return database_->staging().List().value().size(); }

  std::filesystem::path path_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Writer> writer_;
};

INSTANTIATE_TEST_SUITE_P(Places, IngestionTest, ::testing::Bool());

using Map = std::map<std::string, std::string>;

TEST_P(IngestionTest, TakesRowsOfAllFamiliesAtOnceTheLaterAddedOnTop) {
  Put(Family::kObjects, "gone", "before");
  Put(Family::kObjects, "kept", "before");
  Put(Family::kLog, "a", "before");
  const auto ingestion = database_->StartIngestion().value();
  Batch rows;
  rows.Put(Family::kObjects, "z", "1");
  rows.Delete(Family::kObjects, "gone");
  rows.Put(Family::kObjects, "b", "1");
  rows.Put(Family::kObjects, "b", "2");
  rows.Put(Family::kLog, "a", "1");
  ASSERT_TRUE(ingestion->Add(std::move(rows)).ok());
  Batch over;
  over.Put(Family::kObjects, "c", "3");
  over.Delete(Family::kObjects, "z");
  ASSERT_TRUE(ingestion->Add(std::move(over)).ok());
  Batch under;
  under.Delete(Family::kLog, "a");
  under.Delete(Family::kObjects, "b");
  ASSERT_TRUE(ingestion->AddFirst(std::move(under)).ok());
  ASSERT_TRUE(ingestion->Finish().ok());
  EXPECT_GT(ingestion->bytes(), 0U);
  EXPECT_EQ(RowsOf(Family::kObjects), (Map{{"gone", "before"}, {"kept", "before"}}));

  const auto snapshot = database_->Snapshot();
  ASSERT_TRUE(Commit(ingestion).ok());
  EXPECT_EQ(RowsOf(Family::kObjects), (Map{{"b", "2"}, {"c", "3"}, {"kept", "before"}}));
  EXPECT_EQ(RowsOf(Family::kLog), (Map{{"a", "1"}}));
  EXPECT_EQ(snapshot->Get(Family::kObjects, "gone").value(), "before");
  EXPECT_EQ(Staged(), 0U);
}

TEST_P(IngestionTest, AddsUpMergesInTheOrderInWhichTheyCame) {
  const auto ingestion = database_->StartIngestion().value();
  for (uint16_t n = 0; n < 10; ++n) {
    Batch rows;
    const std::string key = PostingKey(1, "text", 0);
    rows.Merge(Family::kPostings, key, EncodeOperand({{n, true}}));
    rows.Merge(Family::kPostings, key, EncodeOperand({{n / 2, false}, {n, true}}));
    ASSERT_TRUE(ingestion->Add(std::move(rows)).ok());
  }
  ASSERT_TRUE(ingestion->Finish().ok());
  ASSERT_TRUE(Commit(ingestion).ok());
  const Roaring found = ReadPosting(database_->latest(), 1, "text").value();
  EXPECT_EQ(found.cardinality(), 5U);
  EXPECT_TRUE(found.contains(9) && found.contains(5));
}

TEST_P(IngestionTest, TakesWhatIsMadeOnItsThreadInTheOrderOfTheCalls) {
  const auto ingestion = database_->StartIngestion().value();
  for (int n = 0; n < 20; ++n) {
    ingestion->Make([&, n] {
      Batch rows;
      rows.Put(Family::kObjects, "row", std::to_string(n));
      return ingestion->Add(std::move(rows));
    });
  }
  ASSERT_TRUE(ingestion->Finish().ok());
  ASSERT_TRUE(Commit(ingestion).ok());
  EXPECT_EQ(RowsOf(Family::kObjects), (Map{{"row", "19"}}));
}

TEST_P(IngestionTest, MakesNothingMoreAfterAnError) {
  const auto ingestion = database_->StartIngestion().value();
  int made = 0;
  ingestion->Make([&] { return InvalidArgument("BAD_PAYLOAD", "a record cannot be read"); });
  ingestion->Make([&] {
    ++made;
    return absl::OkStatus();
  });
  EXPECT_EQ(ErrorReason(ingestion->Finish()), "BAD_PAYLOAD");
  EXPECT_EQ(made, 0);
}

TEST_P(IngestionTest, TakesNothingWhereTheGroundHasMoved) {
  Put(Family::kMeta, "ground", "moved");
  auto ingestion = database_->StartIngestion().value();
  Batch rows;
  rows.Put(Family::kObjects, "a", "1");
  rows.Put(Family::kMeta, "b", "1");
  ASSERT_TRUE(ingestion->Add(std::move(rows)).ok());
  ASSERT_TRUE(ingestion->Finish().ok());
  const absl::Status status = Commit(ingestion, {{Family::kMeta, "ground", "still"}});
  EXPECT_EQ(ErrorReason(status), "CHANGED_MEANWHILE");
  EXPECT_EQ(RowsOf(Family::kObjects), Map{});
  EXPECT_EQ(Staged(), 2U);
  writer_->Stop();  // it has let go
  ingestion.reset();
  EXPECT_EQ(Staged(), 0U);
}

TEST_P(IngestionTest, KeepsItsPlaceAmongOtherCommits) {
  std::vector<absl::Status> results(40);
  for (int n = 0; n < 40; ++n) {
    Transaction transaction;
    transaction.priority = Priority::kBulk;
    Batch rows;
    rows.Put(Family::kObjects, "row", std::to_string(n));
    if (n % 4 == 0) {
      transaction.ingestion = database_->StartIngestion().value();
      ASSERT_TRUE(transaction.ingestion->Add(std::move(rows)).ok());
    } else {
      transaction.writes = std::move(rows);
    }
    if (n > 0) {
      transaction.preconditions.push_back({Family::kObjects, "row", std::to_string(n - 1)});
    }
    writer_->Submit(std::move(transaction), [&, n](absl::Status status) { results[n] = status; });
  }
  writer_->Stop();
  for (const absl::Status& result : results) EXPECT_TRUE(result.ok()) << result;
  EXPECT_EQ(RowsOf(Family::kObjects), (Map{{"row", "39"}}));
}

TEST_P(IngestionTest, IsThereAfterAReopen) {
  if (GetParam()) GTEST_SKIP() << "memory does not stay";
  auto ingestion = database_->StartIngestion().value();
  Batch rows;
  rows.Put(Family::kObjects, "a", "1");
  rows.Put(Family::kLog, "b", "2");
  ASSERT_TRUE(ingestion->Add(std::move(rows)).ok());
  ASSERT_TRUE(Commit(std::move(ingestion)).ok());
  Put(Family::kObjects, "a", "2");
  writer_.reset();
  database_.reset();
  database_ = Database::Open({.path = path_ / "db"}).value();
  EXPECT_EQ(RowsOf(Family::kObjects), (Map{{"a", "2"}}));
  EXPECT_EQ(RowsOf(Family::kLog), (Map{{"b", "2"}}));
}

}  // namespace
}  // namespace maillage::storage

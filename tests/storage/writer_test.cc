#include "server/storage/writer.h"

#include <gtest/gtest.h>

#include <atomic>
#include <future>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "client/base/error.h"

namespace maillage::storage {
namespace {

Transaction PutMeta(const std::string& key, const std::string& value) {
  Transaction transaction;
  transaction.writes.Put(Family::kMeta, key, value);
  return transaction;
}

constexpr char kRefused[] = "refuse";

// Counts groups and reads a row back that an earlier transaction of the same
// group may have written.
class CountingStage : public CommitStage {
 public:
  absl::StatusOr<std::unique_ptr<Prepared>> Prepare(const Transaction&) const override {
    return std::make_unique<Prepared>();
  }
  absl::Status Commit(const Transaction& transaction, const Prepared*, Group* group) override {
    const auto value = group->Get(Family::kMeta, "count");
    if (!value.ok()) return value.status();
    const int count = value->has_value() ? std::stoi(**value) : 0;
    group->Put(Family::kMeta, "count", std::to_string(count + 1));
    return fail || transaction.what == kRefused ? DataLoss("TEST", "the stage fails")
                                                : absl::OkStatus();
  }
  void GroupDone(bool committed) override { (committed ? good : bad)++; }

  std::atomic<bool> fail = false;
  std::atomic<int> good = 0;
  std::atomic<int> bad = 0;
};

class WriterTest : public ::testing::Test {
 protected:
  WriterTest() {
    auto database = Database::Open({.path = "/writer", .in_memory = true});
    EXPECT_TRUE(database.ok()) << database.status();
    database_ = *std::move(database);
    writer_ = std::make_unique<Writer>(database_.get(), std::vector<CommitStage*>{&stage_});
  }
  std::string Meta(const std::string& key) {
    return database_->latest().Get(Family::kMeta, key)->value_or("(none)");
  }
  CountingStage stage_;
  std::unique_ptr<Database> database_;
  std::unique_ptr<Writer> writer_;
};

TEST_F(WriterTest, CommitsWhatManyThreadsSubmitAndStagesSeeTheGroupSoFar) {
  constexpr int kThreads = 8;
  constexpr int kEach = 50;
  std::vector<std::thread> threads;
  std::atomic<int> failures = 0;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < kEach; ++i) {
        const std::string key = std::to_string(t) + "/" + std::to_string(i);
        if (!writer_->Commit(PutMeta(key, "x")).ok()) failures++;
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(failures, 0);
  EXPECT_EQ(Meta("count"), std::to_string(kThreads * kEach));
  EXPECT_EQ(Meta("7/49"), "x");
}

TEST_F(WriterTest, RefusesATransactionWhoseGroundHasMoved) {
  ASSERT_TRUE(writer_->Commit(PutMeta("key", "now")).ok());
  Transaction stale = PutMeta("key", "lost");
  stale.preconditions.push_back({Family::kMeta, "key", "before"});
  const absl::Status status = writer_->Commit(std::move(stale));
  EXPECT_EQ(status.code(), absl::StatusCode::kAborted);
  EXPECT_EQ(ErrorReason(status), "CHANGED_MEANWHILE");
  EXPECT_EQ(Meta("key"), "now");

  Transaction absent = PutMeta("key", "lost");
  absent.preconditions.push_back({Family::kMeta, "key", std::nullopt});
  EXPECT_EQ(ErrorReason(writer_->Commit(std::move(absent))), "CHANGED_MEANWHILE");

  Transaction fresh = PutMeta("key", "next");
  fresh.preconditions.push_back({Family::kMeta, "key", "now"});
  EXPECT_TRUE(writer_->Commit(std::move(fresh)).ok());
  EXPECT_EQ(Meta("key"), "next");
}

TEST_F(WriterTest, WritesNothingOfAGroupWhoseStageFails) {
  stage_.fail = true;
  EXPECT_EQ(ErrorReason(writer_->Commit(PutMeta("key", "x"))), "TEST");
  EXPECT_EQ(Meta("key"), "(none)");
  EXPECT_EQ(Meta("count"), "(none)");
  EXPECT_EQ(stage_.bad, 1);
  stage_.fail = false;
  EXPECT_TRUE(writer_->Commit(PutMeta("key", "x")).ok());
  EXPECT_EQ(Meta("count"), "1");
}

TEST_F(WriterTest, FailsOnlyTheTransactionThatAStageRefuses) {
  std::promise<void> queued;
  writer_->Submit(PutMeta("first", "x"), [&](absl::Status) { queued.get_future().wait(); });
  std::vector<absl::Status> results(3, absl::UnknownError("not answered"));
  for (int i = 0; i < 3; ++i) {
    Transaction transaction = PutMeta(std::to_string(i), "x");
    if (i == 1) transaction.what = kRefused;
    writer_->Submit(std::move(transaction),
                    [&results, i](absl::Status status) { results[i] = std::move(status); });
  }
  queued.set_value();
  writer_->Stop();
  EXPECT_TRUE(results[0].ok()) << results[0];
  EXPECT_EQ(ErrorReason(results[1]), "TEST");
  EXPECT_TRUE(results[2].ok()) << results[2];
  EXPECT_EQ(Meta("0"), "x");
  EXPECT_EQ(Meta("1"), "(none)");
  EXPECT_EQ(Meta("2"), "x");
  EXPECT_EQ(Meta("count"), "3");
}

TEST_F(WriterTest, CommitsWhatIsQueuedAndRefusesWhatComesAfterAStop) {
  std::atomic<int> done = 0;
  for (int i = 0; i < 100; ++i) {
    writer_->Submit(PutMeta(std::to_string(i), "x"), [&](absl::Status status) {
      if (status.ok()) done++;
    });
  }
  writer_->Stop();
  EXPECT_EQ(done, 100);
  EXPECT_EQ(ErrorReason(writer_->Commit(PutMeta("late", "x"))), "STOPPING");
}

}  // namespace
}  // namespace maillage::storage

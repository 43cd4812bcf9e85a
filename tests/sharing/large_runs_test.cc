// Large runs over real streams, and what they hold in memory.

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "server/directory/actor.h"
#include "server/sharing/receiver.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

constexpr size_t kRecords = 3 * kLargeRunEntries;

class LargeRunsTest : public testing::Test {
 protected:
  LargeRunsTest() : capso_(home_, "capso"), irev_(home_, "irev") {
    capso_.Start();
    irev_.Start();
    Pair(&capso_, &irev_);
  }
  ~LargeRunsTest() override {
    capso_.Stop();
    irev_.Stop();
  }

  // All in one transaction.
  void Create(size_t count) {
    storage::Transaction transaction;
    for (size_t i = 0; i < count; ++i) {
      v1::Actor actor = Person("Zélie", absl::StrCat("Nom ", i));
      directory::DeriveCategories(&actor);
      actor.set_revision(1);
      auto one = directory::ChangeOf(capso_.id(), NewRecordId(absl::Now()), nullptr,
                                     std::make_shared<const v1::Actor>(std::move(actor)));
      transaction.changes.push_back(std::move(one.changes.front()));
      for (storage::Batch::Op& op : one.writes.Release()) {
        transaction.writes.Put(op.family, std::move(op.key), std::move(op.value));
      }
    }
    ASSERT_TRUE(capso_.writer().Commit(std::move(transaction)).ok());
  }
  bool Arrives(size_t count) {
    return Eventually([&] { return irev_.Count() == static_cast<int64_t>(count); },
                      absl::Seconds(60));
  }
  size_t Staged() { return irev_.database().staging().List().value().size(); }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  LiveNode capso_;
  LiveNode irev_;
};

TEST_F(LargeRunsTest, ArriveWholeAndLeaveNothingStaged) {
  Create(kRecords);
  const ShareId share = capso_.MakeShare("all", v1::VIEW_FULL, {irev_.id()});
  ASSERT_TRUE(irev_.Subscribe(capso_.id(), share));
  ASSERT_TRUE(Arrives(kRecords)) << irev_.Log();
  EXPECT_TRUE(Eventually([&] { return Staged() == 0; }));
  // And large ones onward.
  Create(kRecords);
  EXPECT_TRUE(Arrives(2 * kRecords)) << irev_.Log();
  EXPECT_TRUE(irev_.InSync());
}

TEST_F(LargeRunsTest, GoOnAfterAStop) {
  Create(kRecords);
  const ShareId share = capso_.MakeShare("all", v1::VIEW_FULL, {irev_.id()});
  ASSERT_TRUE(irev_.Subscribe(capso_.id(), share));
  ASSERT_TRUE(Eventually([&] { return Staged() > 0 || irev_.Count() > 0; }));
  irev_.Stop();
  Create(10);
  irev_.Start();
  EXPECT_TRUE(Arrives(kRecords + 10)) << irev_.Log();
  EXPECT_TRUE(Eventually([&] { return Staged() == 0; }));
}

TEST(Receiver, HoldsLittleOfALargeRun) {
  const ShareKey key{NodeId(std::string(10, 'o')), ShareId(std::string(8, 's'))};
  constexpr uint64_t kEntries = 2'000;
  Receiver receiver(kLargeRunEntries);
  Receiver::Outbox outbox;
  std::vector<Work> work;
  receiver.Want(key, {}, &outbox);
  v1::RunStart start;
  key.NameIn(&start);
  start.set_run(1);
  start.set_incarnation(std::string(16, 'i'));
  start.set_to_seq(kEntries);
  receiver.HandleStart(start, &work, &outbox);
  size_t handed_over = 0;
  for (uint64_t seq = 1; seq <= kEntries; ++seq) {
    v1::RunEntries part;
    part.set_run(1);
    v1::Entry* entry = part.add_entries();
    entry->set_id(absl::StrCat(std::string(12, 'r'), 1000 + seq));
    entry->set_seq(seq);
    entry->set_kind(v1::ENTRY_KIND_PUT);
    entry->set_view(v1::VIEW_FULL);
    entry->set_payload(std::string(200 << 10, 'x'));
    receiver.HandleEntries(&part, &work, &outbox);
    EXPECT_LE(receiver.held_bytes(), kLargeRunBytes + (256 << 10));
    for (const Work& item : work) handed_over += std::get<StagedPart>(item).entries.size();
    work.clear();
  }
  EXPECT_EQ(handed_over, kEntries);
  EXPECT_EQ(receiver.held_bytes(), 0U);
}

}  // namespace
}  // namespace maillage::sharing

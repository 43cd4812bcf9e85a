// How far the purge floor rises.
#include "server/sharing/purge_floor.h"

#include "client/base/error.h"

#include "client/base/status_macros.h"
#include "gtest/gtest.h"
#include "server/identity/timestamps.h"
#include "server/sharing/share_log.h"
#include "tests/sharing/test_world.h"

namespace maillage::sharing {
namespace {

using storage::Family;

absl::Time Day(int day) { return absl::FromUnixSeconds(86'400LL * day + 7'200); }

TEST(DayMarks, KeepTheFirstSeqOfADay) {
  std::vector<DayMark> marks;
  EXPECT_TRUE(NoteDay(Day(100), 5, &marks));
  EXPECT_FALSE(NoteDay(Day(100), 9, &marks));
  EXPECT_TRUE(NoteDay(Day(102), 9, &marks));
  ASSERT_EQ(marks.size(), 2u);
  EXPECT_EQ(marks[0].seq, 5u);
  const auto again = DecodeDays(EncodeDays(marks));
  ASSERT_TRUE(again.ok());
  EXPECT_EQ(again->back().day, 102u);
  EXPECT_FALSE(DecodeDays(std::string("short")).ok());
}

TEST(DayMarks, ForgetDaysThatAClockMadeUp) {
  std::vector<DayMark> marks;
  NoteDay(Day(100), 5, &marks);
  NoteDay(Day(9'000), 7, &marks);
  EXPECT_TRUE(NoteDay(Day(101), 9, &marks));
  ASSERT_EQ(marks.size(), 2u);
  EXPECT_EQ(marks.back().day, 101u);
}

TEST(DayMarks, ReachBackFourHundredDays) {
  std::vector<DayMark> marks;
  for (int day = 0; day < 1'000; ++day) NoteDay(Day(day), day, &marks);
  EXPECT_EQ(marks.size(), 401u);
  EXPECT_EQ(FloorFrom(marks, Day(999), 0), 599u);
}

TEST(PurgeFloor, RisesToWhatAllHoldAndIsThirtyDaysOld) {
  const std::vector<DayMark> marks = {{100, 10}, {110, 20}, {120, 30}};
  EXPECT_EQ(FloorFrom(marks, Day(129), UINT64_MAX), 0u);
  EXPECT_EQ(FloorFrom(marks, Day(130), UINT64_MAX), 10u);
  EXPECT_EQ(FloorFrom(marks, Day(200), 25), 20u);
  EXPECT_EQ(FloorFrom(marks, Day(200), 9), 0u);
  // Whatever is as old as that goes.
  EXPECT_EQ(FloorFrom(marks, Day(499), 0), 0u);
  EXPECT_EQ(FloorFrom(marks, Day(510), 0), 20u);
}

class FloorTest : public testing::Test {
 protected:
  FloorTest()
      : share_(origin_.Share(v1::VIEW_CARD, {member_.id()})),
        keeper_(origin_.id(), &origin_.database(), &origin_.writer(), &origin_.shares(),
                [this](const std::set<ShareId>& shares) { republished_ += shares.size(); }) {}

  uint64_t Floor() {
    return DecodeSeq(origin_.database().latest().Get(Family::kMeta, FloorKey(share_)).value())
        .value();
  }
  void Days(int from, int to) {
    for (int day = from; day <= to; ++day) {
      ASSERT_TRUE(keeper_.Tick(Day(day)).ok());
      last_ = origin_.Publish(share_, Day(day));
    }
  }

  absl::Status Sync() {
    ASSIGN_OR_RETURN(const IncomingRun run, MakeRun(last_, member_.SeqOf(origin_, share_)));
    return member_.Apply(origin_, run, last_->signed_head,
                         identity::FromTimestamp(last_->head.issued_at()));
  }

  TestNode origin_{'o'};
  TestNode member_{'m'};
  const ShareId share_;
  size_t republished_ = 0;
  FloorKeeper keeper_;
  PublicationPtr last_;
};

TEST_F(FloorTest, RemovesStubsThatNobodyNeedsAndSaysSoInTheHead) {
  const RecordId gone = origin_.Put(Person("Anaïs", "Lefèvre"));
  const RecordId erased = origin_.Put(Person("Chloé", "Vandamme"));
  origin_.Put(Person("Bruno", "Delattre"));
  ASSERT_TRUE(member_.Accept(origin_, origin_.Descriptor(share_)).ok());
  origin_.Remove(gone);
  origin_.Remove(erased, /*erase=*/true);
  Days(18'000, 18'001);
  ASSERT_TRUE(Sync().ok());
  EXPECT_EQ(member_.Rows(Family::kLog), 3u);
  // The member never gave a receipt, so only age counts.
  Days(18'002, 18'399);
  EXPECT_EQ(Floor(), 0u);
  Days(18'400, 18'401);
  EXPECT_EQ(Floor(), 5u);
  EXPECT_EQ(republished_, 1u);
  EXPECT_EQ(last_->head.purge_floor(), 5u);
  const std::atomic<bool> stopping = false;
  ASSERT_TRUE(keeper_.RemoveStubs(stopping).ok());
  EXPECT_EQ(origin_.Rows(Family::kLog), 2u) << "one live, one erased for good";
  // The member learns of it by the Head, and removes its own.
  ASSERT_TRUE(Sync().ok());
  FloorKeeper there(member_.id(), &member_.database(), &member_.writer(), &member_.shares(),
                    [](const std::set<ShareId>&) {});
  ASSERT_TRUE(there.RemoveStubs(stopping).ok());
  EXPECT_EQ(member_.Rows(Family::kLog), 2u);
  EXPECT_EQ(member_.Rows(Family::kWhere), 2u);
}

TEST_F(FloorTest, IsLeftAloneAfterTheClockJumped) {
  origin_.Remove(origin_.Put(Person("Anaïs", "Lefèvre")));
  Days(18'000, 18'001);
  ASSERT_TRUE(keeper_.Tick(Day(18'500)).ok());
  EXPECT_EQ(Floor(), 0u);
  ASSERT_TRUE(keeper_.Tick(Day(18'010)).ok());
  EXPECT_EQ(Floor(), 0u);
  // A day later it is just what the clock says.
  ASSERT_TRUE(keeper_.Tick(Day(18'500)).ok());
  ASSERT_TRUE(keeper_.Tick(Day(18'501)).ok());
  EXPECT_GT(Floor(), 0u);
}

TEST_F(FloorTest, AnOriginIdlePastRetentionThenWritesOnce) {
  const RecordId gone = origin_.Put(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(member_.Accept(origin_, origin_.Descriptor(share_)).ok());
  Days(18'000, 18'000);
  ASSERT_TRUE(Sync().ok());
  // The member stays away from here on.
  origin_.Remove(gone);
  Days(18'001, 18'402);
  const std::atomic<bool> stopping = false;
  ASSERT_TRUE(keeper_.RemoveStubs(stopping).ok());
  origin_.Put(Person("Bruno", "Delattre"));
  last_ = origin_.Publish(share_, Day(18'403));
  // What it missed is no longer told; it never merges.
  const auto onward = MakeRun(last_, 1);
  ASSERT_TRUE(onward.ok());
  const absl::Status refused = member_.Apply(origin_, *onward, last_->signed_head, Day(18'403));
  EXPECT_EQ(ErrorReason(refused), "BELOW_FLOOR");
  const auto anew = MakeRun(last_, 0);
  ASSERT_TRUE(member_.Apply(origin_, *anew, last_->signed_head, Day(18'403)).ok());
  EXPECT_EQ(member_.Shown(origin_, gone), nullptr);
  EXPECT_EQ(member_.Count(""), 1u);
}

}  // namespace
}  // namespace maillage::sharing

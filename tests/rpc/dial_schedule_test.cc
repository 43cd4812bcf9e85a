#include "server/rpc/dial_schedule.h"

#include <set>
#include <vector>

#include "gtest/gtest.h"

namespace maillage::rpc {
namespace {

const absl::Time kStart = absl::FromUnixSeconds(1'527'750'000);

class DialScheduleTest : public testing::Test {
 protected:
  // When the partner is dialled in an hour in which each attempt takes `attempt`
  // and each stream, where there is one, lasts `open`.
  std::vector<absl::Time> DialledInAnHour(absl::Duration attempt, absl::Duration open) {
    std::vector<absl::Time> times;
    absl::Time now = kStart;
    while (now < kStart + absl::Hours(1)) {
      if (!schedule_.IsDue(node_, now)) {
        now = schedule_.Due(node_);
        continue;
      }
      times.push_back(now);
      schedule_.Dialled(node_, now);
      now += attempt;
      if (open > absl::ZeroDuration()) schedule_.Opened(node_, now);
      now += open;
      schedule_.Ended(node_, now);
    }
    return times;
  }

  const NodeId node_{"partner..."};
  DialSchedule schedule_;
};

TEST_F(DialScheduleTest, AnEndpointThatIsDownIsDialledAFewTimesAMinuteAtUnevenIntervals) {
  const auto times = DialledInAnHour(absl::Milliseconds(1), absl::ZeroDuration());
  EXPECT_GE(times.size(), 3600u / 10);
  EXPECT_LE(times.size(), 3600u / 5 + 10);
  std::set<absl::Duration> pauses;
  for (size_t i = 1; i < times.size(); ++i) {
    EXPECT_GE(times[i] - times[i - 1], absl::Milliseconds(100));
    pauses.insert(times[i] - times[i - 1]);
  }
  EXPECT_GT(pauses.size(), times.size() / 2);
}

TEST_F(DialScheduleTest, APartnerThatDropsEachStreamAtOnceIsNotDialledMoreOften) {
  const auto times = DialledInAnHour(absl::Milliseconds(1), absl::Milliseconds(5));
  EXPECT_LE(times.size(), 3600u / 5 + 10);
}

TEST_F(DialScheduleTest, AStreamThatLastedIsDialledAnewAtOnce) {
  for (int i = 0; i < 10; ++i) schedule_.Ended(node_, kStart);
  EXPECT_GT(schedule_.Due(node_), kStart + absl::Seconds(4));
  schedule_.Dialled(node_, kStart);
  schedule_.Opened(node_, kStart);
  const absl::Time end = kStart + absl::Minutes(5);
  schedule_.Ended(node_, end);
  EXPECT_LE(schedule_.Due(node_), end + absl::Milliseconds(200));
}

TEST_F(DialScheduleTest, TakesTheEndpointsInTurnsAndDialsAtOnceWhenSomethingChanged) {
  EXPECT_EQ(schedule_.Dialled(node_, kStart), 0u);
  EXPECT_EQ(schedule_.Dialled(node_, kStart), 1u);
  for (int i = 0; i < 10; ++i) schedule_.Ended(node_, kStart);
  EXPECT_FALSE(schedule_.IsDue(node_, kStart));
  schedule_.DialNow(node_);
  EXPECT_TRUE(schedule_.IsDue(node_, kStart));
}

}  // namespace
}  // namespace maillage::rpc

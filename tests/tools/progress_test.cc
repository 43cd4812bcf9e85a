#include "tools/cli/progress.h"

#include <gtest/gtest.h>

#include <sstream>

namespace maillage::cli {
namespace {

class SetClock : public Clock {
 public:
  absl::Time Now() const override { return now_; }
  void Advance(absl::Duration by) { now_ += by; }

 private:
  absl::Time now_ = absl::FromUnixSeconds(1'000'000);
};

TEST(Bar, FillsWithTheShare) {
  EXPECT_EQ(Bar(0, 4), "░░░░");
  EXPECT_EQ(Bar(0.5, 4), "██░░");
  EXPECT_EQ(Bar(1, 4), "████");
  EXPECT_EQ(Bar(7, 4), "████");
  EXPECT_EQ(Bar(-1, 4), "░░░░");
}

TEST(TimeLeft, AssumesThatItGoesOnAsItWent) {
  EXPECT_EQ(TimeLeft(25, 100, absl::Seconds(10)), absl::Seconds(30));
  EXPECT_EQ(TimeLeft(100, 100, absl::Seconds(10)), absl::ZeroDuration());
}

TEST(TimeLeft, IsNotKnownTooEarlyOrWithoutATotal) {
  EXPECT_EQ(TimeLeft(0, 100, absl::Seconds(10)), std::nullopt);
  EXPECT_EQ(TimeLeft(25, 0, absl::Seconds(10)), std::nullopt);
  EXPECT_EQ(TimeLeft(25, 100, absl::Milliseconds(100)), std::nullopt);
}

TEST(ProgressLine, AppearsAfterASecondAndIsWipedInTheEnd) {
  std::stringstream err;
  SetClock clock;
  {
    ProgressLine line(&err, /*enabled=*/true, /*width=*/10, &clock);
    line.Show("too early");
    EXPECT_EQ(err.str(), "");
    clock.Advance(absl::Seconds(1));
    line.Show("a long line of text");
    EXPECT_EQ(err.str(), "\r\x1b[Ka long l…");
    line.Show("too soon again");
    EXPECT_EQ(err.str(), "\r\x1b[Ka long l…");
  }
  EXPECT_EQ(err.str(), "\r\x1b[Ka long l…\r\x1b[K");
}

TEST(ProgressLine, WritesNothingWhereNobodyLooks) {
  std::stringstream err;
  SetClock clock;
  {
    ProgressLine line(&err, /*enabled=*/false, /*width=*/0, &clock);
    clock.Advance(absl::Minutes(1));
    line.Show("text");
  }
  EXPECT_EQ(err.str(), "");
}

}  // namespace
}  // namespace maillage::cli

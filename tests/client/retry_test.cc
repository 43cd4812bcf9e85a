#include "client/retry.h"

#include <gtest/gtest.h>

#include <vector>

#include "absl/status/statusor.h"

namespace maillage::client {
namespace {

TEST(Backoff, DrawsFromTheUpperHalfOfAGrowingSpan) {
  const RetryPolicy policy{.initial = absl::Seconds(1), .max = absl::Seconds(4), .factor = 2};
  Backoff backoff(policy, 1);
  for (const int span : {1, 2, 4, 4, 4}) {
    const absl::Duration pause = backoff.Next();
    EXPECT_GE(pause, absl::Seconds(span) / 2);
    EXPECT_LE(pause, absl::Seconds(span));
  }
  backoff.Reset();
  EXPECT_LE(backoff.Next(), absl::Seconds(1));
}

TEST(Backoff, DiffersBetweenClients) {
  EXPECT_NE(Backoff(RetryPolicy(), 1).Next(), Backoff(RetryPolicy(), 1000).Next());
}

class RetryTest : public testing::Test {
 protected:
  // Calls until `answers` are used up or Retry has enough.
  absl::Status Run(std::vector<absl::Status> answers) {
    const RetryPolicy policy{.max_attempts = 3};
    return Retry(
        policy, [&] { return answers.at(calls_++); }, [&](absl::Duration) { ++pauses_; });
  }
  size_t calls_ = 0;
  int pauses_ = 0;
};

TEST_F(RetryTest, TriesAgainWhileUnavailable) {
  EXPECT_TRUE(Run({absl::UnavailableError("a"), absl::OkStatus()}).ok());
  EXPECT_EQ(calls_, 2u);
  EXPECT_EQ(pauses_, 1);
}

TEST_F(RetryTest, GivesUpAfterTheLastAttemptWithItsError) {
  const absl::Status last = absl::UnavailableError("c");
  EXPECT_EQ(Run({absl::UnavailableError("a"), absl::UnavailableError("b"), last}), last);
  EXPECT_EQ(calls_, 3u);
}

TEST_F(RetryTest, DoesNotRepeatWhatWasRefused) {
  EXPECT_EQ(Run({absl::AbortedError("a")}), absl::AbortedError("a"));
  EXPECT_EQ(calls_, 1u);
}

TEST(Retry, PassesValuesThrough) {
  const absl::StatusOr<int> value = Retry(RetryPolicy(), [] { return absl::StatusOr<int>(7); });
  EXPECT_EQ(*value, 7);
}

}  // namespace
}  // namespace maillage::client

#include "client/retry.h"

#include <algorithm>

#include "absl/time/clock.h"

namespace maillage::client {

Backoff::Backoff(const RetryPolicy& policy, uint32_t seed)
    : policy_(policy), span_(policy.initial), random_(seed) {}

absl::Duration Backoff::Next() {
  const double share = std::uniform_real_distribution<double>(0.5, 1.0)(random_);
  const absl::Duration pause = span_ * share;
  span_ = std::min(span_ * policy_.factor, policy_.max);
  return pause;
}

namespace internal {

void SleepFor(absl::Duration pause) { absl::SleepFor(pause); }

}  // namespace internal
}  // namespace maillage::client

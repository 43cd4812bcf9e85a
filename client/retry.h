// Trying again, at growing and uneven intervals.
#ifndef CLIENT_RETRY_H_
#define CLIENT_RETRY_H_

#include <cstdint>
#include <functional>
#include <random>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace maillage::client {

struct RetryPolicy {
  int max_attempts = 5;  // of Retry(); the first try counts
  absl::Duration initial = absl::Milliseconds(100);
  absl::Duration max = absl::Seconds(5);
  double factor = 2.0;
};

// The pauses between tries: each is drawn from the upper half of a span that
// grows by `factor` up to `max`, so that many clients do not come back at once.
// Not thread safe.
class Backoff {
 public:
  // One `seed`, one sequence.
  explicit Backoff(const RetryPolicy& policy, uint32_t seed = std::random_device{}());

  absl::Duration Next();
  // After a success.
  void Reset() { span_ = policy_.initial; }

 private:
  const RetryPolicy policy_;
  absl::Duration span_;
  std::minstd_rand random_;
};

namespace internal {
void SleepFor(absl::Duration pause);
inline const absl::Status& StatusOf(const absl::Status& status) { return status; }
template <typename T>
const absl::Status& StatusOf(const T& status_or) {
  return status_or.status();
}
}  // namespace internal

// Calls `call`, which returns a Status or StatusOr and is harmless when
// repeated, until it returns anything but UNAVAILABLE or the attempts are
// spent; returns its last answer. `sleep` is for tests.
template <typename Function>
auto Retry(const RetryPolicy& policy, Function call,
           const std::function<void(absl::Duration)>& sleep = &internal::SleepFor) {
  Backoff backoff(policy);
  auto result = call();
  for (int attempt = 1; attempt < policy.max_attempts; ++attempt) {
    if (!absl::IsUnavailable(internal::StatusOf(result))) break;
    sleep(backoff.Next());
    result = call();
  }
  return result;
}

}  // namespace maillage::client

#endif  // CLIENT_RETRY_H_

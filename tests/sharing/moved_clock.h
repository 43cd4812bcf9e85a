// The machine's time, and what a test adds to it.
#ifndef TESTS_SHARING_MOVED_CLOCK_H_
#define TESTS_SHARING_MOVED_CLOCK_H_

#include <atomic>

#include "absl/time/clock.h"
#include "client/base/clock.h"

namespace maillage::sharing {

class MovedClock : public Clock {
 public:
  absl::Time Now() const override { return absl::Now() + absl::Seconds(ahead_.load()); }
  void Move(int64_t seconds) { ahead_ += seconds; }

 private:
  std::atomic<int64_t> ahead_ = 0;
};

}  // namespace maillage::sharing

#endif  // TESTS_SHARING_MOVED_CLOCK_H_

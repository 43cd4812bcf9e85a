// Time, injected wherever it matters, so that tests can set it.
#ifndef CLIENT_BASE_CLOCK_H_
#define CLIENT_BASE_CLOCK_H_

#include "absl/time/time.h"

namespace maillage {

// Thread safe.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
  // The machine's clock; lives as long as the process.
  static const Clock& Real();
};

}  // namespace maillage

#endif  // CLIENT_BASE_CLOCK_H_

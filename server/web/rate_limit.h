// How often somebody may do something: token buckets, in bounded memory.
#ifndef SERVER_WEB_RATE_LIMIT_H_
#define SERVER_WEB_RATE_LIMIT_H_

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/mutex.h"

namespace maillage::web {

// Thread safe.
class RateLimit {
 public:
  // `burst` at once, and another each `interval`. The clock must outlive it.
  RateLimit(double burst, absl::Duration interval, const Clock* clock)
      : burst_(burst), interval_(interval), clock_(clock) {}

  // Takes one of the key's, if there is one left.
  bool Allow(absl::string_view key);

 private:
  struct Bucket {
    double left;
    absl::Time at;
  };
  void MakeRoom(absl::Time now) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  double Left(const Bucket& bucket, absl::Time now) const;

  const double burst_;
  const absl::Duration interval_;
  const Clock* const clock_;
  Mutex mutex_;
  absl::flat_hash_map<std::string, Bucket> buckets_ ABSL_GUARDED_BY(mutex_);
};

// By what an address is limited: itself, but of IPv6 the first 64 bits, since
// whoever has one address there has all that follow.
std::string LimitKey(const std::string& address);

}  // namespace maillage::web

#endif  // SERVER_WEB_RATE_LIMIT_H_

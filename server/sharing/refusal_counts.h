// How often partners' runs and offers were refused, by reason.
#ifndef SERVER_SHARING_REFUSAL_COUNTS_H_
#define SERVER_SHARING_REFUSAL_COUNTS_H_

#include <cstdint>
#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "client/base/mutex.h"

namespace maillage::sharing {

// Thread safe. Reasons come from a fixed set, so that no partner makes new ones;
// others count as OTHER.
class RefusalCounts {
 public:
  void Count(absl::string_view reason);
  std::map<std::string, uint64_t> Get() const;

 private:
  mutable Mutex mutex_;
  std::map<std::string, uint64_t> counts_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_REFUSAL_COUNTS_H_

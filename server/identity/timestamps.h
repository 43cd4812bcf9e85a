// Times as messages carry them.
#ifndef SERVER_IDENTITY_TIMESTAMPS_H_
#define SERVER_IDENTITY_TIMESTAMPS_H_

#include "absl/time/time.h"
#include "google/protobuf/timestamp.pb.h"

namespace maillage::identity {

// To the millisecond: what is finer is nobody's need.
inline google::protobuf::Timestamp ToTimestamp(absl::Time time) {
  const int64_t ms = absl::ToUnixMillis(time);
  google::protobuf::Timestamp timestamp;
  timestamp.set_seconds(ms / 1000);
  timestamp.set_nanos(static_cast<int32_t>(ms % 1000) * 1'000'000);
  return timestamp;
}

inline absl::Time FromTimestamp(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds()) + absl::Nanoseconds(timestamp.nanos());
}

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_TIMESTAMPS_H_

// Changes that are built from what was read and refused where somebody else
// changed it first.
#ifndef SERVER_STORAGE_RACES_H_
#define SERVER_STORAGE_RACES_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace maillage::storage {

// `once` reads, builds and commits; it is tried again while its answer, a Status
// or a StatusOr, is ABORTED. Each lost race means that somebody else got on; a
// hundred in a row end it.
template <typename Once>
auto RetryRaces(Once once) {
  constexpr int kMaxRaces = 100;
  const auto lost = [](const auto& answer) {
    if constexpr (requires { answer.status(); })
      return absl::IsAborted(answer.status());
    else
      return absl::IsAborted(answer);
  };
  auto answer = once();
  for (int i = 1; i < kMaxRaces && lost(answer); ++i) answer = once();
  return answer;
}

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_RACES_H_

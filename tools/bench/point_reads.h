// Actors read one by one over gRPC, beside calls that do nothing.
#ifndef TOOLS_BENCH_POINT_READS_H_
#define TOOLS_BENCH_POINT_READS_H_

#include <string>
#include <vector>

#include "absl/time/time.h"

namespace maillage::bench {

struct PointReads {
  double ours = 0;  // calls a second
  double bare = 0;
};

// Callers on four threads read `names` at the node behind `admin_socket`, and
// then, as long, one actor again and again from a server that has it in its hand,
// on a socket under `dir`.
PointReads MeasurePointReads(const std::string& dir, const std::string& admin_socket,
                             const std::vector<std::string>& names, absl::Duration each);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_POINT_READS_H_

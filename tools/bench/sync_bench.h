// Measures syncing between two nodes.
#ifndef TOOLS_BENCH_SYNC_BENCH_H_
#define TOOLS_BENCH_SYNC_BENCH_H_

#include <string>
#include <vector>

#include "tools/bench/report.h"

namespace maillage::bench {

struct SyncOptions {
  size_t records = 1'000'000;
  size_t changes = 100'000;
  size_t singles = 500;  // changes whose way is timed
  size_t edits = 10'000;
  size_t lost = 100;  // records to repair
};

// Works under `dir`, which is there and empty.
std::vector<Row> MeasureSync(const SyncOptions& options, const std::string& dir);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_SYNC_BENCH_H_

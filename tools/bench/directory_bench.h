// Measures the directory of one node: import, searches, counts, reads.
#ifndef TOOLS_BENCH_DIRECTORY_BENCH_H_
#define TOOLS_BENCH_DIRECTORY_BENCH_H_

#include <string>
#include <vector>

#include "tools/bench/report.h"

namespace maillage::bench {

struct DirectoryOptions {
  size_t records = 1'000'000;  // rows that are imported
  size_t searches = 3'000;
  size_t counts = 3'000;
  double seconds = 5;  // of point reads, ours and the limit's
  bool peers = false;  // PostgreSQL copies the same sheet
};

// Works under `dir`, which is there and empty.
std::vector<Row> MeasureDirectory(const DirectoryOptions& options, const std::string& dir);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_DIRECTORY_BENCH_H_

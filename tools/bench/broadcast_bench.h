// Measures a broadcast: personal mails with a durable ledger, beside libcurl and
// smtp-source that send as much to the same sink in the same run.
#ifndef TOOLS_BENCH_BROADCAST_BENCH_H_
#define TOOLS_BENCH_BROADCAST_BENCH_H_

#include <string>
#include <vector>

#include "tools/bench/report.h"

namespace maillage::bench {

struct BroadcastOptions {
  size_t mails = 100'000;
};

// Works under `dir`, which is there and empty.
std::vector<Row> MeasureBroadcast(const BroadcastOptions& options, const std::string& dir);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_BROADCAST_BENCH_H_

// What the parts of syncing cost by themselves, measured in the same run.
#ifndef TOOLS_BENCH_LIMITS_H_
#define TOOLS_BENCH_LIMITS_H_

#include <string>
#include <vector>

#include "tools/bench/pair.h"
#include "tools/bench/report.h"

namespace maillage::bench {

// Of the entries of the partner's copy: hashing them, sending them, ingesting them,
// alone and with all their rows, into empty databases under `dir`.
void MeasureLimits(Pair* pair, const std::string& dir, size_t records, std::vector<Row>* rows);

// Peak of this process, in MB, since the last call of ForgetPeak().
double PeakMegabytes();
void ForgetPeak();

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_LIMITS_H_

// One node and many partners that subscribe to it: what they cost it while nothing
// happens, how soon all have a change, and what those cost who fall asleep.
#ifndef TOOLS_BENCH_SUBSCRIBERS_BENCH_H_
#define TOOLS_BENCH_SUBSCRIBERS_BENCH_H_

#include <cstddef>
#include <string>
#include <vector>

#include "tools/bench/report.h"

namespace maillage::bench {

struct SubscribersOptions {
  size_t subscribers = 1000;
  size_t asleep = 5;      // of them, in the middle of their first run
  size_t records = 1000;  // in the share
  size_t changes = 20;    // one after the other
};

// The node is in this process, the subscribers are in another, of this program.
std::vector<Row> MeasureSubscribers(const SubscribersOptions& options, const std::string& dir);
// That other process: talks over standard input and output.
void BeSubscribers(size_t subscribers, size_t asleep);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_SUBSCRIBERS_BENCH_H_

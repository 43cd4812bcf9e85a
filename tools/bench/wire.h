// What the wire alone can do: entries over one stream by mutual TLS, read and
// forgotten.
#ifndef TOOLS_BENCH_WIRE_H_
#define TOOLS_BENCH_WIRE_H_

#include <vector>

#include "maillage/v1/sync.pb.h"
#include "tools/bench/pair.h"

namespace maillage::bench {

// Entries a second of `records` that come in messages like `message`, from the
// origin to the partner, with the certificates of both.
double WireRate(Pair* pair, const v1::SyncMessage& message, size_t records);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_WIRE_H_

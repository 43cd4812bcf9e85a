// The same work by others: PostgreSQL's logical replication, OpenLDAP's syncrepl.
#ifndef TOOLS_BENCH_PEERS_H_
#define TOOLS_BENCH_PEERS_H_

#include <string>
#include <vector>

#include "tools/bench/report.h"
#include "tools/bench/sync_bench.h"

namespace maillage::bench {

// Runs the scripts of peers/ under `dir`. What is not installed, or fails, is
// left out and said on the error stream.
void MeasurePeers(const SyncOptions& options, const std::string& dir, std::vector<Row>* rows);

// Runs one script of peers/ with a folder of its own under `dir` and `arguments`;
// its lines become rows of `who`.
void RunPeer(const char* script, const char* who, const std::string& arguments,
             const std::string& dir, std::vector<Row>* rows);

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_PEERS_H_

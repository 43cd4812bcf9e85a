#include "tools/bench/peers.h"

#include <cstdio>
#include <cstdlib>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace maillage::bench {
namespace {

// A script prints lines of work, value and unit, with tabs in between.
bool AddLine(absl::string_view line, const char* who, std::vector<Row>* rows) {
  const std::vector<std::string> fields = absl::StrSplit(line, '\t');
  Row row;
  if (fields.size() != 3 || !absl::SimpleAtod(fields[1], &row.value)) return false;
  row.work = fields[0];
  row.who = who;
  row.unit = fields[2];
  rows->push_back(row);
  return true;
}

}  // namespace

void RunPeer(const char* script, const char* who, const std::string& arguments,
             const std::string& dir, std::vector<Row>* rows) {
  std::fprintf(stderr, "%s ...\n", who);
  const std::string command =
      absl::StrCat("bash '", PEERS_SCRIPTS, "/", script, "' '", dir, "/", script, "' ", arguments);
  std::FILE* out = popen(command.c_str(), "r");
  if (out == nullptr) return;
  char line[512];
  while (std::fgets(line, sizeof line, out) != nullptr) {
    AddLine(absl::StripSuffix(line, "\n"), who, rows);
  }
  if (pclose(out) != 0) std::fprintf(stderr, "%s could not be measured\n", who);
}

void MeasurePeers(const SyncOptions& options, const std::string& dir, std::vector<Row>* rows) {
  const std::string sizes = absl::StrCat(options.records, " ", options.changes);
  RunPeer("postgresql.sh", "PostgreSQL logical replication", sizes, dir, rows);
  RunPeer("openldap.sh", "OpenLDAP syncrepl", sizes, dir, rows);
}

}  // namespace maillage::bench

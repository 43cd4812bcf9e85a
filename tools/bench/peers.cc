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

void RunScript(const char* name, const char* who, const SyncOptions& options,
               const std::string& dir, std::vector<Row>* rows) {
  std::fprintf(stderr, "%s ...\n", who);
  const std::string command = absl::StrCat("bash '", PEERS_SCRIPTS, "/", name, "' '", dir, "/",
                                           name, "' ", options.records, " ", options.changes);
  std::FILE* out = popen(command.c_str(), "r");
  if (out == nullptr) return;
  char line[512];
  while (std::fgets(line, sizeof line, out) != nullptr) {
    AddLine(absl::StripSuffix(line, "\n"), who, rows);
  }
  if (pclose(out) != 0) std::fprintf(stderr, "%s could not be measured\n", who);
}

}  // namespace

void MeasurePeers(const SyncOptions& options, const std::string& dir, std::vector<Row>* rows) {
  RunScript("postgresql.sh", "PostgreSQL logical replication", options, dir, rows);
  RunScript("openldap.sh", "OpenLDAP syncrepl", options, dir, rows);
}

}  // namespace maillage::bench

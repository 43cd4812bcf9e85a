#include "server/directory/index_rows.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "client/base/error.h"
#include "server/directory/actor.h"
#include "server/directory/collation.h"

namespace maillage::directory {

IndexChange IndexChangeOf(const NodeId& self, const storage::RecordChange& change) {
  IndexChange work;
  Terms before;
  Terms after;
  if (change.before != nullptr) {
    before = TermsOf(self, change.origin, *change.before);
    work.sorted_before = CollationKey(SortName(*change.before));
  }
  if (change.after != nullptr) {
    after = TermsOf(self, change.origin, *change.after);
    work.sorted_after = CollationKey(SortName(*change.after));
  }
  if (before.empty()) {
    work.added = std::move(after);
    return work;
  }
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(work.added));
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::back_inserter(work.removed));
  return work;
}

absl::StatusOr<uint32_t> DecodeOrdinal(const std::optional<std::string>& row) {
  if (row.has_value() && row->size() == 4) return ReadU32(*row);
  return DataLoss("BAD_ROW", "an actor has no local number", "restore from a backup");
}

uint32_t DecodeNextOrdinal(const std::optional<std::string>& row) {
  return row.has_value() && row->size() == 4 ? ReadU32(*row) : 0;
}

absl::Status CheckOrdinalsLeft(uint32_t next, uint32_t count) {
  if (count <= UINT32_MAX - next) return absl::OkStatus();
  return Error(absl::StatusCode::kResourceExhausted, "NO_ORDINALS",
               "four thousand million actors were indexed here", "rebuild the node");
}

}  // namespace maillage::directory

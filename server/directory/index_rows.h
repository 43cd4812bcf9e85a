// What the change of a shown record means for the index: its rows, as the commit
// stage writes them, and as large runs do on the side.
#ifndef SERVER_DIRECTORY_INDEX_ROWS_H_
#define SERVER_DIRECTORY_INDEX_ROWS_H_

#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

#include "client/base/encoding.h"
#include "client/base/ids.h"
#include "server/directory/terms.h"
#include "server/storage/postings.h"
#include "server/storage/writer.h"

namespace maillage::directory {

// Row of the `meta` family: the next ordinal that nobody has, 4 bytes.
inline constexpr char kNextOrdinalKey[] = "next_ordinal";

struct IndexChange {
  Terms added;
  Terms removed;
  // Collation keys; unset where there is no such side, or where both are the same.
  std::optional<std::string> sorted_before;
  std::optional<std::string> sorted_after;
};
// Of a change with two different sides. `self` tells own records.
IndexChange IndexChangeOf(const NodeId& self, const storage::RecordChange& change);

// Adds the rows of a record that has `ordinal` to `rows`, a Batch or a Group, and
// its terms to `delta`. The ordinal's own rows are added where it is `new_here`,
// deleted where the record goes.
template <typename Rows>
void AddIndexRows(const storage::RecordChange& change, const IndexChange& work, uint32_t ordinal,
                  bool new_here, storage::PostingDelta* delta, Rows* rows) {
  using storage::Family;
  for (const auto& [field, text] : work.removed) {
    delta->Remove(static_cast<uint8_t>(field), text, ordinal);
  }
  for (const auto& [field, text] : work.added) {
    delta->Add(static_cast<uint8_t>(field), text, ordinal);
  }
  if (work.sorted_before != work.sorted_after) {
    if (work.sorted_before) {
      rows->Delete(Family::kSorted, storage::SortedKey(*work.sorted_before, ordinal));
    }
    if (work.sorted_after) {
      rows->Put(Family::kSorted, storage::SortedKey(*work.sorted_after, ordinal), "");
    }
  }
  std::string reverse = storage::ReverseOrdinalKey(change.origin, change.id);
  if (change.after == nullptr) {
    rows->Delete(Family::kOrdinals, storage::OrdinalKey(ordinal));
    rows->Delete(Family::kOrdinals, std::move(reverse));
  } else if (new_here) {
    std::string bytes;
    AppendU32(&bytes, ordinal);
    rows->Put(Family::kOrdinals, std::move(reverse), std::move(bytes));
    rows->Put(Family::kOrdinals, storage::OrdinalKey(ordinal),
              storage::WherePrefix(change.origin, change.id));
  }
}

// The ordinal in a record's row; DATA_LOSS (BAD_ROW) where it has none.
absl::StatusOr<uint32_t> DecodeOrdinal(const std::optional<std::string>& row);
// Of the `meta` row; 0 for none.
uint32_t DecodeNextOrdinal(const std::optional<std::string>& row);
// RESOURCE_EXHAUSTED (NO_ORDINALS) where fewer than `count` are left from `next`.
absl::Status CheckOrdinalsLeft(uint32_t next, uint32_t count);
// Takes the next `count` ordinals, through the writer, so that nobody else has
// them, and returns the first. As CheckOrdinalsLeft(); ABORTED (CHANGED_MEANWHILE)
// where others took some at each of many tries.
absl::StatusOr<uint32_t> ReserveOrdinals(const storage::Database& database, storage::Writer* writer,
                                         uint32_t count);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_INDEX_ROWS_H_

// Which actors have a term: bitmaps of ordinals, kept by merging.
#ifndef SERVER_STORAGE_POSTINGS_H_
#define SERVER_STORAGE_POSTINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "roaring/roaring.hh"
#include "server/storage/packed_rows.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::storage {

// All ordinals that have the term. DATA_LOSS on a damaged bitmap.
absl::StatusOr<Roaring> ReadPosting(const Reader& reader, uint8_t field, absl::string_view text);

// Which terms of a field, and how many rows of the index are read at most.
struct TermRange {
  uint8_t field = 0;
  std::string from;  // first text
  std::string to;    // the text after the last; empty: to the end of the field
  size_t most_rows = SIZE_MAX;
};
struct RangePosting {
  Roaring ordinals;   // of all terms of the range together
  size_t rows = 0;    // that were read
  bool whole = true;  // false: there are more than `most_rows`
};
// DATA_LOSS on a damaged bitmap. With `wanted`, only of texts that it takes; for
// fields whose texts have no zero byte.
using WantedText = absl::FunctionRef<bool(absl::string_view text)>;
absl::StatusOr<RangePosting> ReadPostings(
    const Reader& reader, const TermRange& range,
    WantedText wanted = [](absl::string_view) { return true; });

// Takes ordinals out of every posting that has them, known or not: looks at all
// rows, so it is for mending.
absl::Status RemoveFromPostings(const Reader& reader, const std::vector<uint32_t>& ordinals,
                                Batch* writes);

// Gathers additions and removals and writes them as one merge a row. A later
// change of the same ordinal and term replaces an earlier one.
class PostingDelta {
 public:
  void Add(uint8_t field, absl::string_view text, uint32_t ordinal) {
    Set(field, text, ordinal, true);
  }
  void Remove(uint8_t field, absl::string_view text, uint32_t ordinal) {
    Set(field, text, ordinal, false);
  }
  // A row, by number, until it is flushed: of the term in the ordinal's chunk.
  using Row = uint32_t;
  Row RowOf(uint8_t field, absl::string_view text, uint32_t ordinal);
  void Set(Row row, uint32_t ordinal, bool present);
  void FlushTo(Group* group);
  void FlushTo(PackedRows* rows);
  // Rows gathered so far.
  size_t size() const { return rows_.size(); }
  void Clear();

 private:
  void Set(uint8_t field, absl::string_view text, uint32_t ordinal, bool present) {
    Set(RowOf(field, text, ordinal), ordinal, present);
  }
  // By key; and the operands so far.
  absl::flat_hash_map<std::string, Row> rows_;
  std::vector<std::string> operands_;
  std::string key_;  // of the row at hand
};

// Whether a row's value is a bitmap without members.
bool IsEmptyPosting(absl::string_view value);

// The merge operator's arithmetic, apart for its tests. An operand is a list of
// (low(2), present(1)); a value is a portable serialised Roaring bitmap.
std::string EncodeOperand(const std::vector<std::pair<uint16_t, bool>>& changes);
// Returns false where the value or an operand is damaged.
bool ApplyOperands(const absl::string_view* value, const std::vector<absl::string_view>& operands,
                   std::string* result);

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_POSTINGS_H_

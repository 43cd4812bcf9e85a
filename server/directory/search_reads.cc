#include "server/directory/search_reads.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/directory/sound.h"
#include "server/storage/postings.h"

namespace maillage::directory {
namespace {

// Rows of the index that are read for the beginning of a word, or for words that
// are spelled almost so: a few milliseconds.
constexpr size_t kMostRows = 4'000;
constexpr size_t kSameLetters = 2;

}  // namespace

int ErrorsAllowed(absl::string_view word) {
  if (word.size() < 4) return 0;
  return word.size() < 6 ? 1 : 2;
}

Roaring SearchReads::Keep(absl::StatusOr<Roaring> read, absl::string_view index,
                          absl::string_view text) {
  if (!read.ok()) {
    status_.Update(read.status());
    return {};
  }
  if (explanation_ != nullptr) {
    explanation_->push_back(
        {std::string(index), std::string(text), static_cast<int64_t>(read->cardinality())});
  }
  return *std::move(read);
}

Roaring SearchReads::Term(Field field, const std::string& text) {
  return Keep(storage::ReadPosting(reader_, static_cast<uint8_t>(field), text), FieldName(field),
              text);
}

Roaring SearchReads::Begun(Field field, const std::string& prefix) {
  absl::StatusOr<storage::RangePosting> read =
      storage::ReadPostings(reader_, {.field = static_cast<uint8_t>(field),
                                      .from = prefix,
                                      .to = storage::PrefixEnd(prefix),
                                      .most_rows = kMostRows});
  if (!read.ok()) return Keep(read.status(), "", "");
  whole_ &= read->whole;
  return Keep(std::move(read->ordinals), FieldName(field), absl::StrCat(prefix, "*"));
}

Roaring SearchReads::Spelled(const std::string& word) {
  const int most = ErrorsAllowed(word);
  const std::string letters = word.substr(0, kSameLetters);
  absl::StatusOr<storage::RangePosting> read = storage::ReadPostings(
      reader_,
      {.field = static_cast<uint8_t>(Field::kName),
       .from = letters,
       .to = storage::PrefixEnd(letters),
       .most_rows = kMostRows},
      [&](absl::string_view text) { return EditDistance(text, word, most) <= most; });
  if (!read.ok()) return Keep(read.status(), "", "");
  return Keep(std::move(read->ordinals), FieldName(Field::kName), absl::StrCat("~", word));
}

Roaring SearchReads::In(const PlaceIndex::Places& places) {
  Roaring all;
  for (const v1::Territory* place : places)
    all |= Term(Field::kTerritory, TerritoryText(place->ref()));
  return all;
}

}  // namespace maillage::directory

#include "server/directory/search_reads.h"

#include <bit>
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

// A bit for each letter, so that most words need no closer look.
uint32_t LettersOf(absl::string_view word) {
  uint32_t letters = 0;
  for (const char c : word) letters |= 1U << (static_cast<uint8_t>(c) & 31);
  return letters;
}

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

Roaring SearchReads::Spelled(const std::string& word, size_t share) {
  const int most = ErrorsAllowed(word);
  const uint32_t its = LettersOf(word);
  const std::string letters = word.substr(0, kSameLetters);
  absl::StatusOr<storage::RangePosting> read =
      storage::ReadPostings(reader_,
                            {.field = static_cast<uint8_t>(Field::kName),
                             .from = letters,
                             .to = storage::PrefixEnd(letters),
                             .most_rows = kMostRows / share},
                            [&](absl::string_view text) {
                              return std::popcount(LettersOf(text) ^ its) <= 2 * most &&
                                     EditDistance(text, word, most) <= most;
                            });
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

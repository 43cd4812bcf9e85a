#include "server/directory/listing.h"

#include <algorithm>
#include <utility>

#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/collation.h"
#include "server/directory/directory.h"
#include "server/directory/page_token.h"

namespace maillage::directory {

using storage::Family;

namespace {

constexpr uint64_t kMostRead = 2'000;
// How many rows are walked past while one record is read.
constexpr uint64_t kRowsARead = 12;

}  // namespace

std::string FrenchKey(const v1::Actor& actor, uint32_t ordinal) {
  return storage::SortedKey(CollationKey(SortName(actor)), ordinal);
}

absl::StatusOr<std::vector<ListedActor>> ReadInOrder(const storage::Reader& reader,
                                                     const NodeId& self, const Roaring& ordinals,
                                                     KeyOfFn key_of) {
  std::vector<ListedActor> list;
  list.reserve(ordinals.cardinality());
  for (const uint32_t ordinal : ordinals) {
    ASSIGN_OR_RETURN(ShownRecord record, ReadByOrdinal(reader, self, ordinal));
    if (record.actor == nullptr) continue;
    std::string key = key_of(*record.actor, ordinal);
    if (!key.empty()) list.push_back({std::move(key), ordinal, std::move(record.actor)});
  }
  std::sort(list.begin(), list.end(),
            [](const ListedActor& a, const ListedActor& b) { return a.key < b.key; });
  return list;
}

absl::StatusOr<Walked> WalkInOrder(const storage::Reader& reader, const Walk& walk,
                                   const Roaring& wanted) {
  Walked walked;
  RETURN_IF_ERROR(reader.Scan(
      Family::kSorted, walk.from, walk.to, [&](absl::string_view key, absl::string_view) {
        const uint32_t ordinal = OrdinalOfSortedKey(key);
        const bool found = wanted.contains(ordinal);
        const bool full = found && walked.ordinals.size() == walk.most_found;
        if (full || walked.rows == walk.most_rows) {
          walked.next = std::string(key);
          return false;
        }
        ++walked.rows;
        if (found) walked.ordinals.push_back(ordinal);
        return true;
      }));
  return walked;
}

bool IsReadFaster(uint64_t wanted, uint64_t all, size_t limit) {
  return wanted <= kMostRead && kRowsARead * wanted * wanted < limit * all;
}

}  // namespace maillage::directory

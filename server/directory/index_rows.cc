#include "server/directory/index_rows.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/types/span.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/collation.h"
#include "server/directory/term_parts.h"
#include "server/storage/races.h"

namespace maillage::directory {

namespace {

using Parts = absl::Span<const TermPart>;

// Takes the parts of a group off.
Parts TakeGroup(TermGroup group, Parts* parts) {
  size_t count = 0;
  while (count < parts->size() && (*parts)[count].group == group) ++count;
  const Parts taken = parts->subspan(0, count);
  parts->remove_prefix(count);
  return taken;
}

void AddTerms(Parts parts, Terms* terms) {
  for (const TermPart& part : parts) {
    ForEachTerm(part, [&](Field field, absl::string_view text) {
      terms->emplace_back(field, std::string(text));
    });
  }
}

// Terms of the groups that are not the same on both sides.
void AddDiffering(Parts before, Parts after, Terms* gone, Terms* come) {
  while (!before.empty() || !after.empty()) {
    const bool first = after.empty() || (!before.empty() && before[0].group < after[0].group);
    const TermGroup group = first ? before[0].group : after[0].group;
    const Parts was = TakeGroup(group, &before);
    const Parts is = TakeGroup(group, &after);
    if (was == is) continue;
    AddTerms(was, gone);
    AddTerms(is, come);
  }
}

void AddImportKeys(const v1::Actor* before, const v1::Actor* after, Terms* gone, Terms* come) {
  if (before != nullptr && after != nullptr && ImportText(*before) == ImportText(*after)) return;
  for (const auto& [actor, terms] : {std::pair(before, gone), std::pair(after, come)}) {
    if (actor == nullptr) continue;
    for (std::string& key : ImportKeys(*actor)) {
      terms->emplace_back(Field::kImportKey, std::move(key));
    }
  }
}

void SetSorted(const v1::Actor* before, const v1::Actor* after, IndexChange* work) {
  std::optional<std::string> was;
  std::optional<std::string> is;
  if (before != nullptr) was = SortName(*before);
  if (after != nullptr) is = SortName(*after);
  if (was == is) return;
  if (was.has_value()) work->sorted_before = CollationKey(*was);
  if (is.has_value()) work->sorted_after = CollationKey(*is);
}

}  // namespace

// What stays as it is costs little: its terms are not made.
IndexChange IndexChangeOf(const NodeId& self, const storage::RecordChange& change) {
  const v1::Actor* const before = change.before.get();
  const v1::Actor* const after = change.after.get();
  IndexChange work;
  SetSorted(before, after, &work);
  Terms gone;
  Terms come;
  AddDiffering(before == nullptr ? TermParts() : PartsOf(self, change.origin, *before),
               after == nullptr ? TermParts() : PartsOf(self, change.origin, *after), &gone, &come);
  if (change.origin == self) AddImportKeys(before, after, &gone, &come);
  SortTerms(&gone);
  SortTerms(&come);
  std::set_difference(come.begin(), come.end(), gone.begin(), gone.end(),
                      std::back_inserter(work.added));
  std::set_difference(gone.begin(), gone.end(), come.begin(), come.end(),
                      std::back_inserter(work.removed));
  return work;
}

using storage::Family;

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

absl::StatusOr<uint32_t> ReserveOrdinals(const storage::Database& database, storage::Writer* writer,
                                         uint32_t count) {
  if (count == 0) return 0;
  return storage::RetryRaces([&]() -> absl::StatusOr<uint32_t> {
    ASSIGN_OR_RETURN(const auto row, database.latest().Get(Family::kMeta, kNextOrdinalKey));
    const uint32_t next = DecodeNextOrdinal(row);
    RETURN_IF_ERROR(CheckOrdinalsLeft(next, count));
    std::string after;
    AppendU32(&after, next + count);
    storage::Transaction transaction;
    transaction.preconditions.push_back({Family::kMeta, kNextOrdinalKey, row});
    transaction.writes.Put(Family::kMeta, kNextOrdinalKey, std::move(after));
    RETURN_IF_ERROR(writer->Commit(std::move(transaction)));
    return next;
  });
}

}  // namespace maillage::directory

#include "server/directory/index_stage.h"

#include <algorithm>
#include <iterator>
#include <utility>
#include <vector>

#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/collation.h"
#include "server/directory/terms.h"

namespace maillage::directory {

using storage::Family;
using storage::RecordChange;

namespace {

constexpr char kNextOrdinalKey[] = "next_ordinal";

}  // namespace

// What changes in the index for one record.
struct RecordWork {
  Terms added;
  Terms removed;
  // Collation keys; unset where there is no such side.
  std::optional<std::string> sorted_before;
  std::optional<std::string> sorted_after;
};

struct IndexStage::Work : Prepared {
  std::vector<RecordWork> records;
};

absl::StatusOr<std::unique_ptr<storage::CommitStage::Prepared>> IndexStage::Prepare(
    const storage::Transaction& transaction) const {
  auto work = std::make_unique<Work>();
  work->records.reserve(transaction.changes.size());
  for (const RecordChange& change : transaction.changes) {
    RecordWork& record = work->records.emplace_back();
    if (change.before == change.after) continue;
    Terms before;
    Terms after;
    if (change.before != nullptr) {
      before = TermsOf(self_, change.origin, *change.before);
      record.sorted_before = CollationKey(SortName(*change.before));
    }
    if (change.after != nullptr) {
      after = TermsOf(self_, change.origin, *change.after);
      record.sorted_after = CollationKey(SortName(*change.after));
    }
    std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                        std::back_inserter(record.added));
    std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                        std::back_inserter(record.removed));
  }
  return work;
}

absl::Status IndexStage::Commit(const storage::Transaction& transaction, const Prepared* prepared,
                                storage::Group* group) {
  const auto& records = static_cast<const Work*>(prepared)->records;
  for (size_t i = 0; i < transaction.changes.size(); ++i) {
    const RecordChange& change = transaction.changes[i];
    if (change.before == change.after) continue;
    RETURN_IF_ERROR(Apply(change, records[i], group));
  }
  return absl::OkStatus();
}

absl::Status IndexStage::Apply(const RecordChange& change, const RecordWork& work,
                               storage::Group* group) {
  ASSIGN_OR_RETURN(const uint32_t ordinal, OrdinalFor(change, group));
  for (const auto& [field, text] : work.removed) {
    delta_.Remove(static_cast<uint8_t>(field), text, ordinal);
  }
  for (const auto& [field, text] : work.added) {
    delta_.Add(static_cast<uint8_t>(field), text, ordinal);
  }
  if (work.sorted_before != work.sorted_after) {
    if (work.sorted_before) {
      group->Delete(Family::kSorted, storage::SortedKey(*work.sorted_before, ordinal));
    }
    if (work.sorted_after) {
      group->Put(Family::kSorted, storage::SortedKey(*work.sorted_after, ordinal), "");
    }
  }
  if (change.after == nullptr) {
    group->Delete(Family::kOrdinals, storage::OrdinalKey(ordinal));
    group->Delete(Family::kOrdinals, storage::ReverseOrdinalKey(change.origin, change.id));
  }
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> IndexStage::OrdinalFor(const RecordChange& change, storage::Group* group) {
  const std::string reverse = storage::ReverseOrdinalKey(change.origin, change.id);
  if (change.before != nullptr) {
    ASSIGN_OR_RETURN(const auto stored, group->Get(Family::kOrdinals, reverse));
    if (!stored.has_value() || stored->size() != 4) {
      return DataLoss("BAD_ROW", "an actor has no local number", "restore from a backup");
    }
    return ReadU32(*stored);
  }
  ASSIGN_OR_RETURN(const auto next, group->Get(Family::kMeta, kNextOrdinalKey));
  const uint32_t ordinal = next.has_value() && next->size() == 4 ? ReadU32(*next) : 0;
  if (ordinal == UINT32_MAX) {
    return Error(absl::StatusCode::kResourceExhausted, "NO_ORDINALS",
                 "four thousand million actors were indexed here", "rebuild the node");
  }
  std::string bytes;
  AppendU32(&bytes, ordinal + 1);
  group->Put(Family::kMeta, kNextOrdinalKey, bytes);
  bytes.clear();
  AppendU32(&bytes, ordinal);
  group->Put(Family::kOrdinals, reverse, bytes);
  group->Put(Family::kOrdinals, storage::OrdinalKey(ordinal),
             storage::WherePrefix(change.origin, change.id));
  return ordinal;
}

absl::Status IndexStage::EndGroup(storage::Group* group) {
  delta_.FlushTo(group);
  return absl::OkStatus();
}

void IndexStage::GroupDone(bool) { delta_.Clear(); }

}  // namespace maillage::directory

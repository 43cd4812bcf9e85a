#include "server/directory/index_stage.h"

#include <utility>
#include <vector>

#include "client/base/encoding.h"
#include "client/base/status_macros.h"
#include "server/directory/index_rows.h"

namespace maillage::directory {

using storage::Family;
using storage::RecordChange;

struct IndexStage::Work : Prepared {
  std::vector<IndexChange> records;
};

absl::StatusOr<std::unique_ptr<storage::CommitStage::Prepared>> IndexStage::Prepare(
    const storage::Transaction& transaction) const {
  auto work = std::make_unique<Work>();
  work->records.reserve(transaction.changes.size());
  for (const RecordChange& change : transaction.changes) {
    IndexChange& record = work->records.emplace_back();
    if (change.before != change.after) record = IndexChangeOf(self_, change);
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

absl::Status IndexStage::Apply(const RecordChange& change, const IndexChange& work,
                               storage::Group* group) {
  ASSIGN_OR_RETURN(const uint32_t ordinal, OrdinalFor(change, group));
  AddIndexRows(change, work, ordinal, /*new_here=*/change.before == nullptr, &delta_, group);
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> IndexStage::OrdinalFor(const RecordChange& change, storage::Group* group) {
  if (change.before != nullptr) {
    ASSIGN_OR_RETURN(
        const auto stored,
        group->Get(Family::kOrdinals, storage::ReverseOrdinalKey(change.origin, change.id)));
    return DecodeOrdinal(stored);
  }
  ASSIGN_OR_RETURN(const auto next, group->Get(Family::kMeta, kNextOrdinalKey));
  const uint32_t ordinal = DecodeNextOrdinal(next);
  RETURN_IF_ERROR(CheckOrdinalsLeft(ordinal, 1));
  std::string bytes;
  AppendU32(&bytes, ordinal + 1);
  group->Put(Family::kMeta, kNextOrdinalKey, std::move(bytes));
  return ordinal;
}

absl::Status IndexStage::EndGroup(storage::Group* group) {
  delta_.FlushTo(group);
  return absl::OkStatus();
}

void IndexStage::GroupDone(bool) { delta_.Clear(); }

}  // namespace maillage::directory

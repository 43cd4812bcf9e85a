// What a comparison found, made one transaction.
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/unindex.h"
#include "server/sharing/comparison.h"
#include "server/sharing/judging.h"
#include "server/sharing/share_log.h"
#include "server/sharing/shown_change.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

using storage::Batch;
using storage::Family;

constexpr size_t kInteractiveRecords = 64;

absl::Status Changed() { return absl::AbortedError("the share changed while it was compared"); }

}  // namespace

absl::StatusOr<Proved> Comparison::Finish(const storage::Reader& latest, absl::Time now) {
  ASSIGN_OR_RETURN(ReceivedShare received, ReceivedShare::Read(latest, bench_.origin, share_));
  if (received.stored.head().payload() != received_.stored.head().payload()) {
    return sharing::Changed();
  }
  Bench bench = bench_;
  bench.now = now;
  RETURN_IF_ERROR(CheckStanding(received, bench));
  Proved proved;
  ASSIGN_OR_RETURN(proved.head, OpenHead(received, bench, share_, signed_head_));
  Batch tree;
  RETURN_IF_ERROR(ProveRoot(&tree));
  const std::set<RecordId> changed = Changed();
  RETURN_IF_ERROR(CheckSeqs(latest, changed));
  storage::Transaction& transaction = proved.transaction;
  RETURN_IF_ERROR(AddRecords(latest, changed, received.descriptor.link(), &transaction));
  PutsLast(&transaction.writes);
  for (const Batch::Op& op : tree.ops()) {
    if (op.kind == Batch::Kind::kPut) transaction.writes.Put(op.family, op.key, op.value);
    if (op.kind == Batch::Kind::kDelete) transaction.writes.Delete(op.family, op.key);
  }
  proved.removes = !received.descriptor.link() && !(extra_.empty() && stubs_.empty());
  AddDebts(received, bench, share_, signed_head_, &proved);
  *received.stored.mutable_head() = signed_head_;
  received.stored.clear_quarantine();
  received.AddTo(&transaction, bench_.origin, share_);
  figures_.changed = changed.size();
  if (changed.size() > kInteractiveRecords) transaction.priority = storage::Priority::kBulk;
  return proved;
}

absl::Status Comparison::ProveRoot(Batch* rows) {
  if (recount_.has_value()) *rows = recount_->tree_rows;
  TreeUpdate tree(bench_.origin, share_);
  for (const RecordId& id : extra_) tree.Remove(id);
  for (const auto& [id, leaf] : expected_) tree.Set(id, leaf);
  ASSIGN_OR_RETURN(const TreeUpdate::Result result, tree.Apply(local_tree_.get(), rows));
  const uint64_t live = (recount_.has_value() ? recount_->live : received_.head.live_count()) +
                        static_cast<uint64_t>(result.live_delta);
  if (result.root.bytes() == absl::string_view(head_->root()) && live == head_->live_count()) {
    return absl::OkStatus();
  }
  if (!recount_.has_value()) {
    return DataLoss("LOCAL_DAMAGE", "the tree of the share's copy here is damaged",
                    "maillage sync verify --repair");
  }
  return Unproved(
      absl::StrCat("it counts ", head_->live_count(), " records, its tree makes ", live));
}

std::set<RecordId> Comparison::Changed() const {
  std::set<RecordId> changed = extra_;
  for (const auto& [id, leaf] : expected_) changed.insert(id);
  for (const auto& [id, stub] : stubs_) changed.insert(id);
  if (recount_.has_value()) {
    for (const auto& [id, seqs] : recount_->unsound) changed.insert(id);
  }
  return changed;
}

const v1::Entry* Comparison::NewEntry(const RecordId& id) const {
  if (const auto it = fetched_.find(id); it != fetched_.end()) return &it->second;
  const auto it = stubs_.find(id);
  return it == stubs_.end() ? nullptr : &it->second;
}

// A log has one row a seq. Where another record stands at a seq that is to be
// written, the two logs have nothing to do with each other.
absl::Status Comparison::CheckSeqs(const storage::Reader& latest,
                                   const std::set<RecordId>& changed) const {
  std::set<uint64_t> seqs;
  for (const RecordId& id : changed) {
    const v1::Entry* entry = NewEntry(id);
    if (entry == nullptr) continue;
    const auto row = latest.Get(Family::kLog, storage::LogKey(bench_.origin, share_, entry->seq()));
    RETURN_IF_ERROR(row.status());
    v1::Entry there;
    RecordId other;
    const bool taken = row->has_value() && there.ParseFromString(**row) &&
                       there.seq() == entry->seq() && RecordId::FromBytes(there.id(), &other) &&
                       !changed.contains(other);
    if (!taken && seqs.insert(entry->seq()).second) continue;
    return Error(absl::StatusCode::kOutOfRange, "TOO_DIFFERENT",
                 "the copy is of another log, so it is fetched anew");
  }
  return absl::OkStatus();
}

absl::Status Comparison::AddRecords(const storage::Reader& latest,
                                    const std::set<RecordId>& changed, bool link,
                                    storage::Transaction* transaction) {
  static const std::map<RecordId, std::vector<uint64_t>> kNone;
  const auto& unsound = recount_.has_value() ? recount_->unsound : kNone;
  if (!link) {
    std::vector<RecordId> ids;
    for (const auto& [id, seqs] : unsound) ids.push_back(id);
    RETURN_IF_ERROR(directory::Unindex(latest, bench_.origin, ids, &transaction->writes));
  }
  if (recount_.has_value()) {
    for (const uint64_t seq : recount_->unreadable) {
      transaction->writes.Delete(Family::kLog, storage::LogKey(bench_.origin, share_, seq));
    }
  }
  InboxUse inbox = bench_.inbox;
  ShownChanges changes(latest, bench_.origin, share_, /*actors=*/!link);
  for (const RecordId& id : changed) {
    const v1::Entry* entry = NewEntry(id);
    if (const auto it = unsound.find(id); it != unsound.end()) {
      RETURN_IF_ERROR(changes.Replace(id, it->second, entry, transaction));
    } else {
      RETURN_IF_ERROR(changes.Set(id, entry, transaction));
    }
    if (link && entry != nullptr) {
      RETURN_IF_ERROR(AddToInbox(latest, bench_.origin, id, *entry, &inbox, &transaction->writes));
    }
  }
  return absl::OkStatus();
}

}  // namespace maillage::sharing

#include "server/sharing/verifier.h"

#include <memory>
#include <utility>
#include <vector>

#include "client/base/error.h"
#include "client/base/mutex.h"
#include "client/base/status_macros.h"
#include "server/sharing/overlay_reader.h"
#include "server/sharing/share_log.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// How often a caller who waits looks whether it is still wanted.
constexpr absl::Duration kLookInterval = absl::Milliseconds(250);

absl::Status Cancelled() { return absl::CancelledError("the caller has gone"); }

void SetOutcome(const absl::Status& status, v1::ShareCheck* check) {
  if (status.ok()) return check->set_state(v1::ShareCheck::REPAIRED);
  check->set_state(v1::ShareCheck::UNREPAIRED);
  check->set_reason(ErrorReason(status));
  if (check->reason().empty()) check->set_reason("CHANGED_MEANWHILE");
  check->set_message(std::string(status.message()));
}

absl::Status StillDamaged() {
  return DataLoss("STILL_DAMAGED", "rows of the share still do not fit each other",
                  "unsubscribe from the share and subscribe again");
}

}  // namespace

absl::Status Verifier::Verify(bool repair, const std::function<bool()>& is_cancelled, Found found) {
  const ShareSetPtr own = parts_.shares->Get();
  for (const auto& [id, share] : own->shares) {
    if (share->stored.deleted()) continue;
    if (is_cancelled()) return Cancelled();
    v1::ShareCheck check;
    check.set_name(ShareName(parts_.self, id));
    check.set_title(share->descriptor.title());
    check.set_supplying(true);
    if (share->is_link()) check.set_partner(parts_.alias_of(NodeId(share->descriptor.link_to())));
    RETURN_IF_ERROR(VerifyOwn(*share, repair, &check));
    found(check);
  }
  ASSIGN_OR_RETURN(const std::vector<Subscription> received, parts_.subscriptions->List());
  for (const Subscription& subscription : received) {
    const v1::StoredShare& stored = subscription.received.stored;
    if (!stored.has_head() || stored.dropping()) continue;
    if (is_cancelled()) return Cancelled();
    v1::ShareCheck check;
    check.set_name(ShareName(subscription.origin, subscription.share));
    check.set_title(subscription.received.descriptor.title());
    check.set_partner(parts_.alias_of(subscription.origin));
    RETURN_IF_ERROR(VerifyReceived(subscription, repair, is_cancelled, &check));
    found(check);
  }
  return absl::OkStatus();
}

absl::Status Verifier::VerifyReceived(const Subscription& subscription, bool repair,
                                      const std::function<bool()>& is_cancelled,
                                      v1::ShareCheck* check) {
  ASSIGN_OR_RETURN(const Recount counted, parts_.subscriptions->CountAnew(subscription.key()));
  v1::Head head;
  head.ParseFromString(counted.head);
  check->set_looked_at(static_cast<int64_t>(counted.rows));
  check->set_damaged(static_cast<int64_t>(counted.DamagedRecords(head)));
  check->set_state(counted.Fits(head) ? v1::ShareCheck::GOOD : v1::ShareCheck::DAMAGED);
  if (!repair || check->state() == v1::ShareCheck::GOOD) return absl::OkStatus();
  const absl::Status repaired = RepairReceived(subscription, is_cancelled);
  if (absl::IsCancelled(repaired)) return repaired;
  SetOutcome(repaired, check);
  return absl::OkStatus();
}

absl::Status Verifier::RepairReceived(const Subscription& subscription,
                                      const std::function<bool()>& is_cancelled) {
  struct Waiting {
    Mutex mutex;
    CondVar changed;
    std::optional<absl::Status> status ABSL_GUARDED_BY(mutex);
  };
  // Outlives the caller, who may go before it is done.
  const auto waiting = std::make_shared<Waiting>();
  parts_.streams->Repair(subscription.key(),
                         [waiting](const absl::Status& status, const CompareFigures&) {
                           const MutexLock lock(&waiting->mutex);
                           waiting->status = status;
                           waiting->changed.SignalAll();
                         });
  {
    const MutexLock lock(&waiting->mutex);
    while (!waiting->status.has_value()) {
      if (is_cancelled()) return Cancelled();
      waiting->changed.WaitFor(&waiting->mutex, kLookInterval);
    }
    RETURN_IF_ERROR(*waiting->status);
  }
  ASSIGN_OR_RETURN(const Recount counted, parts_.subscriptions->CountAnew(subscription.key()));
  v1::Head head;
  head.ParseFromString(counted.head);
  return counted.Fits(head) ? absl::OkStatus() : StillDamaged();
}

absl::Status Verifier::VerifyOwn(const OwnShare& share, bool repair, v1::ShareCheck* check) {
  const std::shared_ptr<const storage::Reader> snapshot = parts_.database->Snapshot();
  ASSIGN_OR_RETURN(const OwnCount count, CountOwn(*snapshot, snapshot, share.id));
  check->set_looked_at(static_cast<int64_t>(count.recount.rows));
  check->set_damaged(static_cast<int64_t>(
      std::max(count.recount.unsound.size(), count.recount.unreadable.size())));
  check->set_state(count.fits ? v1::ShareCheck::GOOD : v1::ShareCheck::DAMAGED);
  if (repair && !count.fits) SetOutcome(RebuildOwn(share, count), check);
  return absl::OkStatus();
}

absl::StatusOr<Verifier::OwnCount> Verifier::CountOwn(
    const storage::Reader& reader, const std::shared_ptr<const storage::Reader>& snapshot,
    const ShareId& share) const {
  OwnCount count;
  ASSIGN_OR_RETURN(const ReceivedShare stored, ReceivedShare::Read(reader, parts_.self, share));
  count.head_row = stored.row;
  count.stored = stored.stored;
  // The stored tree stands at the stored Head; the log may have gone on.
  TreeUpdate tree(parts_.self, share);
  bool later = false;
  const absl::Status read = ForEachEntry(reader, parts_.self, share, stored.head.seq(), UINT64_MAX,
                                         [&](v1::Entry* entry) {
                                           later = true;
                                           const RecordId id(entry->id());
                                           if (entry->kind() == v1::ENTRY_KIND_PUT) {
                                             tree.Set(id, LeafHash(*entry));
                                           } else {
                                             tree.Remove(id);
                                           }
                                           return true;
                                         });
  storage::Batch rows;
  const auto applied = tree.Apply(&reader, &rows);
  const OverlayReader overlay(snapshot, rows, Family::kTree);
  ASSIGN_OR_RETURN(count.recount, RecountShare(overlay, parts_.self, share));
  const Recount& recount = count.recount;
  count.fits = read.ok() && applied.ok() && recount.tree_rows.empty() && recount.unsound.empty() &&
               recount.unreadable.empty() && recount.root == applied->root &&
               recount.live == stored.head.live_count() + applied->live_delta &&
               (later || !stored.stored.has_head() || recount.Fits(stored.head));
  count.contradicts = !later && stored.stored.has_head() &&
                      recount.root.bytes() != absl::string_view(stored.head.root());
  // Without later entries the signed root tells whether the log is right.
  count.recount.Decide(later ? v1::Head() : stored.head);
  return count;
}

}  // namespace maillage::sharing

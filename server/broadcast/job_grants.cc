// What a cascade does with a broadcast: who is mailed is decided elsewhere.
#include <utility>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/chunks.h"
#include "server/broadcast/job.h"

namespace maillage::broadcast {
namespace {

constexpr char kByPartner[] = "invited by a partner";
constexpr char kGivenUp[] = "this node gave up carrying the invitation";

absl::Status Runs() {
  return FailedPrecondition("BROADCAST_RUNS", "mails are leaving", "wait until they have left");
}

}  // namespace

absl::Status Job::Replace(absl::string_view who) {
  if (row().replaced()) return absl::OkStatus();
  RETURN_IF_ERROR(Pause(who));
  MutexLock control(&control_mutex_);
  if (thread_.joinable()) thread_.join();
  return UpdateRow([](v1::StoredJob* row) { row->set_replaced(true); }, "replace", who);
}

absl::Status Job::Prepare() {
  MutexLock control(&control_mutex_);
  if (row().frozen()) return absl::OkStatus();
  {
    MutexLock lock(&mutex_);
    if (running_) return Unavailable("BROADCAST_RUNS", "the audience is being frozen");
  }
  stop_ = false;
  RETURN_IF_ERROR(Freeze());
  ASSIGN_OR_RETURN(const LedgerCounts counts, ledger_.Count(parts_.database->latest()));
  MutexLock lock(&mutex_);
  counts_ = counts;
  return absl::OkStatus();
}

absl::Status Job::Grant(absl::FunctionRef<bool(const Recipient&)> is_granted, bool in_doubt,
                        absl::string_view who) {
  MutexLock control(&control_mutex_);
  {
    MutexLock lock(&mutex_);
    if (running_) return Runs();
  }
  const DeliveryEvent event = in_doubt ? DeliveryEvent::kDoubt : DeliveryEvent::kGrant;
  RETURN_IF_ERROR(ChangeAll([&](Recipient* recipient, storage::Batch* batch) {
    if (!recipient->row.withheld()) return absl::OkStatus();
    const bool granted = is_granted(*recipient);
    recipient->row.set_detail(granted ? "" : kByPartner);
    if (granted) return ledger_.Move(event, recipient, batch);
    ledger_.Insert(*recipient, batch);
    return absl::OkStatus();
  }));
  const v1::StoredJob::State state = row().state();
  // An officer's pause stands; what was interrupted waits for `resume`.
  if (state != v1::StoredJob::WAITING && state != v1::StoredJob::DONE) return absl::OkStatus();
  RETURN_IF_ERROR(
      UpdateRow([](v1::StoredJob* row) { row->set_state(v1::StoredJob::SENDING); }, "", ""));
  return row().replaced() ? absl::OkStatus() : StartLocked(who);
}

absl::Status Job::GiveUp(absl::string_view who) {
  RETURN_IF_ERROR(Pause(who));
  MutexLock control(&control_mutex_);
  if (thread_.joinable()) thread_.join();
  RETURN_IF_ERROR(ChangeAll([&](Recipient* recipient, storage::Batch* batch) {
    const bool waits =
        recipient->state == Delivery::kPending || recipient->state == Delivery::kDeferred;
    if (!waits) return absl::OkStatus();
    recipient->row.set_detail(kGivenUp);
    return ledger_.Move(DeliveryEvent::kWithhold, recipient, batch);
  }));
  return UpdateRow([](v1::StoredJob* row) { row->set_state(v1::StoredJob::DONE); }, "give-up", who);
}

absl::Status Job::ChangeAll(absl::FunctionRef<absl::Status(Recipient*, storage::Batch*)> change) {
  Chunks chunks(parts_.writer, storage::Priority::kInteractive);
  LedgerCounts counts;
  absl::Status status;
  RETURN_IF_ERROR(ledger_.Scan(parts_.database->latest(), nullptr, [&](Recipient recipient) {
    status = change(&recipient, chunks.batch());
    if (status.ok()) status = chunks.MaybeCommit();
    counts.Add(recipient, 1);
    return status.ok();
  }));
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(chunks.Commit());
  MutexLock lock(&mutex_);
  counts_ = counts;
  return absl::OkStatus();
}

absl::Status Job::ForEach(absl::FunctionRef<bool(const Recipient&)> visit) const {
  return ledger_.Scan(parts_.database->latest(), nullptr,
                      [&](const Recipient& recipient) { return visit(recipient); });
}

}  // namespace maillage::broadcast

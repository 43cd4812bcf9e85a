// What SyncManager does on its queue's thread, one piece of work after another.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/sharing/sync_manager.h"

namespace maillage::sharing {
namespace {

// Pause before records that could not be dropped are dropped again.
constexpr absl::Duration kDropPause = absl::Minutes(1);
// A stream is given up when it has stood still at so many looks in a row.
constexpr int kLooksAtStandstill = 5;

}  // namespace

void SyncManager::TendLater() {
  queue_.PostAfter(parts_.tend_interval, [this] {
    parts_.links->HandleWaiting();
    GiveReceipts();
    parts_.holdings->Refresh();
    EndStalled();
    TendLater();
  });
}

void SyncManager::EndStalled() {
  std::map<uint64_t, Standstill> known;
  known.swap(standstills_);
  for (const ConnectionPtr& connection : All()) {
    const std::optional<uint64_t> progress = connection->OwedProgress();
    if (!progress.has_value()) continue;
    const auto before = known.find(connection->number());
    const bool same = before != known.end() && before->second.progress == *progress;
    Standstill& now = standstills_[connection->number()];
    now = {*progress, same ? before->second.looks + 1 : 0};
    if (now.looks < kLooksAtStandstill) continue;
    const absl::Status why = Unavailable(
        "NO_PROGRESS", absl::StrCat("partner ", AliasOf(connection->peer()),
                                    " neither takes what it asked for nor ends what it began"));
    refusals_.Count(ErrorReason(why));
    Log("a stream is given up", why);
    connection->Close(why);
  }
}

std::string SyncManager::AliasOf(const NodeId& node) const {
  const identity::PartnerPtr partner = parts_.partners->Get(node);
  return partner == nullptr ? ToText(node) : partner->alias;
}

void SyncManager::Do(const ConnectionPtr& connection, Work work) {
  const size_t bytes = BytesOf(work);
  if (const auto* refused = std::get_if<PeerRefused>(&work)) refusals_.Count(refused->reason);
  // What a closed stream brought is brought again by the next.
  if (!connection->is_closed()) {
    std::visit([&](auto& item) { DoItem(connection, std::move(item)); }, work);
  }
  connection->WorkDone(bytes);
  Changed();
}

void SyncManager::DoItem(const ConnectionPtr& connection, PeerAck ack) {
  ++runs_given_;
  if (ack.key != ShareKey{self_, LinkId(self_, connection->peer())}) return;
  Log("withdrawing messages", parts_.links->Withdraw(connection->peer(), ack.seq));
}

void SyncManager::DoItem(const ConnectionPtr& connection, StagedPart part) {
  const ShareKey key = part.run->key();
  const absl::Status staged = parts_.subscriptions->Stage(std::move(part));
  if (staged.ok()) return;
  connection->With([&](Session* session) { session->Unwant(key); });
  Refuse(connection, key, staged);
}

void SyncManager::DoItem(const ConnectionPtr& connection, FinishedRun finished) {
  const ShareKey key = finished.run->key();
  if (key.origin == self_) return TakeOwnRun(connection, finished);
  // What was staged on a former stream is proved along with the run.
  const auto before = parts_.subscriptions->Get(key.origin, key.share);
  const bool staged = finished.run->is_staged() ||
                      (before.ok() && parts_.subscriptions->CursorOf(*before).seq != before->seq());
  const auto taken = parts_.subscriptions->TakeRun(finished);
  if (!taken.ok()) {
    connection->With([&](Session* session) { session->Unwant(key); });
    if (finished.run->from_seq() > 0 && CompareInstead(connection, key, taken.status())) return;
    return Refuse(connection, key, taken.status());
  }
  ++runs_taken_;
  connection->With([&](Session* session) {
    session->Ack(key, {finished.run->incarnation(), finished.run->to_seq()});
  });
  {
    const MutexLock lock(&suppliers_mutex_);
    suppliers_.Served(key, connection->peer(), OrderOf(taken->received.head));
  }
  Hold(*taken);
  if (const PublicationPtr held = parts_.holdings->Latest(key)) Published(held);
  const std::string& to = taken->received.descriptor.link_to();
  if (to != self_.bytes()) return;
  HandleMessages(key.origin, *finished.run, staged);
  if (connection->peer() != key.origin) GiveReceipts();
}

void SyncManager::DoItem(const ConnectionPtr&, const PeerRefused&) {
  // It is counted, even where it ended the stream.
}

void SyncManager::DoItem(const ConnectionPtr& connection, FailedShare failed) {
  if (failed.key.origin == self_) return OwnAnswered(connection, failed.key, failed.why);
  Refuse(connection, failed.key, failed.why);
}

void SyncManager::HandleMessages(const NodeId& from, const IncomingRun& run, bool staged) {
  // What was staged is found in the inbox.
  if (staged) {
    Log("reading the inbox", parts_.links->Load());
    return parts_.links->HandleWaiting();
  }
  for (const IncomingEntry& incoming : run.entries()) {
    if (incoming.entry.kind() != v1::ENTRY_KIND_PUT) continue;
    parts_.links->NoteArrived(from, incoming.id);
  }
  parts_.links->HandleArrived();
}

void SyncManager::GiveReceipts() {
  for (const identity::PartnerPtr& partner : parts_.partners->List()) {
    const NodeId& from = partner->node;
    // On a stream of its own an Ack says it.
    if (SupplierOf({from, LinkId(from, self_)}) == from) continue;
    Log("a receipt for messages", parts_.link_receipts->Give(from));
  }
}

void SyncManager::Hold(const Subscription& subscription) {
  if (parts_.holdings->Update(subscription)) SharesChanged();
}

void SyncManager::HoldAll() {
  const auto list = parts_.subscriptions->List();
  if (!list.ok()) return Log("reading shares", list.status());
  bool news = false;
  for (const Subscription& subscription : *list) {
    news = parts_.holdings->Update(subscription) || news;
  }
  if (news) SharesChanged();
}

void SyncManager::Drop(const ShareKey& key) {
  const auto done = parts_.subscriptions->DropSome(key.origin, key.share);
  if (!done.ok()) {
    Log("dropping a share", done.status());
    // Rows of another share that are damaged are mended, a disk has room again.
    return queue_.PostAfter(kDropPause, [this, key] { Drop(key); });
  }
  if (!*done) {
    // Other work in between: a large share takes its time.
    return queue_.Post([this, key] { Drop(key); });
  }
  // A partner that is paired again has a link again.
  const auto left = parts_.subscriptions->Get(key.origin, key.share);
  if (left.ok() && left->is_link() && left->received.HasMember(self_)) {
    Log("link", parts_.subscriptions->Subscribe(key.origin, key.share, "").status());
    Settle(key);
  }
  Changed();
}

absl::Status SyncManager::DropNow(const ShareKey& key) {
  while (true) {
    ASSIGN_OR_RETURN(const bool done, parts_.subscriptions->DropSome(key.origin, key.share));
    if (done) return absl::OkStatus();
    const MutexLock lock(&mutex_);
    if (stopping_) return StreamsStopping();
  }
}

void SyncManager::ResumeDropping() {
  const auto list = parts_.subscriptions->List();
  if (!list.ok()) return Log("reading shares", list.status());
  for (const Subscription& subscription : *list) {
    const bool orphaned = parts_.partners->Get(subscription.origin) == nullptr;
    if (orphaned && !subscription.received.stored.dropping()) {
      Log("dropping a partner's shares", parts_.subscriptions->DropPartner(subscription.origin));
    }
    if (!orphaned && !subscription.received.stored.dropping()) continue;
    queue_.Post([this, key = subscription.key()] { Drop(key); });
  }
}

}  // namespace maillage::sharing

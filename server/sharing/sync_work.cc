// What SyncManager does on its queue's thread, one piece of work after another.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/sharing/sync_manager.h"

namespace maillage::sharing {
namespace {

constexpr absl::Duration kFirstRetry = absl::Seconds(1);
constexpr absl::Duration kLastRetry = absl::Hours(1);
// How often waiting messages are tried again and old snapshots are let go.
constexpr absl::Duration kTendInterval = absl::Minutes(1);

bool IsAsked(const Connection& connection, const ShareKey& key) {
  return connection.Read([&](const Session& session) { return session.receiver().Wants(key); });
}

}  // namespace

void SyncManager::TendLater() {
  queue_.PostAfter(kTendInterval, [this] {
    parts_.links->HandleWaiting();
    GiveReceipts();
    parts_.holdings->Refresh();
    TendLater();
  });
}

void SyncManager::Do(const ConnectionPtr& connection, Work work) {
  const size_t bytes = BytesOf(work);
  // What a closed stream brought is brought again by the next.
  if (!connection->is_closed()) {
    std::visit([&](auto& item) { DoItem(connection, std::move(item)); }, work);
  }
  connection->WorkDone(bytes);
  Changed();
}

void SyncManager::DoItem(const ConnectionPtr& connection, PeerAck ack) {
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

void SyncManager::DoItem(const ConnectionPtr& connection, FailedShare failed) {
  if (failed.key.origin == self_) return OwnAnswered(connection, failed.key, failed.why);
  Refuse(connection, failed.key, failed.why);
}

void SyncManager::HandleMessages(const NodeId& from, const IncomingRun& run, bool staged) {
  // What was staged is found in the inbox.
  if (staged) Log("reading the inbox", parts_.links->Load());
  for (const IncomingEntry& incoming : run.entries()) {
    if (incoming.entry.kind() != v1::ENTRY_KIND_PUT) continue;
    parts_.links->NoteArrived(from, incoming.id);
  }
  parts_.links->HandleWaiting();
}

void SyncManager::GiveReceipts() {
  for (const identity::PartnerPtr& partner : parts_.partners->List()) {
    const NodeId& from = partner->node;
    // On a stream of its own an Ack says it.
    if (SupplierOf({from, LinkId(from, self_)}) == from) continue;
    Log("a receipt for messages", parts_.link_receipts->Give(from));
  }
}

void SyncManager::Refuse(const ConnectionPtr& connection, const ShareKey& key,
                         const absl::Status& why) {
  const NodeId peer = connection->peer();
  refusals_.Count(ErrorReason(why));
  Log(absl::StrCat("share ", ToText(key.share), " of ", ToText(key.origin),
                   peer == key.origin ? "" : absl::StrCat(" from ", ToText(peer)), " refused"),
      why);
  uint32_t failures = 0;
  // A relay's fault is not the share's; a fork is, whoever shows it.
  if (peer == key.origin || ErrorReason(why) == "FORK") {
    const auto counted = parts_.subscriptions->Refuse(key.origin, key.share, why);
    if (!counted.ok()) return Log("quarantine", counted.status());
    if (*counted == 0) return;  // no longer subscribed
    failures = *counted;
  } else {
    const MutexLock lock(&suppliers_mutex_);
    const auto sources = suppliers_.SourcesOf(key);
    const auto source = sources.find(peer);
    if (source == sources.end()) return;
    failures = source->second.fault.has_value() ? source->second.fault->failures + 1 : 1;
  }
  const absl::Duration pause = PauseAfter(failures);
  {
    const MutexLock lock(&suppliers_mutex_);
    suppliers_.Blame(key, peer, why, parts_.clock->Now() + pause);
  }
  if (peer != key.origin) Settle(key);
  RetryLater(connection, key, pause);
}

absl::Duration SyncManager::PauseAfter(uint32_t failures) {
  const absl::Duration pause =
      std::min(kLastRetry, kFirstRetry * (1 << std::min<uint32_t>(failures - 1, 12)));
  return pause * std::uniform_real_distribution<double>(0.5, 1.0)(random_);
}

void SyncManager::RetryLater(const ConnectionPtr& connection, const ShareKey& key,
                             absl::Duration pause) {
  if (!retries_.insert_or_assign(key, connection).second) return;
  queue_.PostAfter(pause, [this, key] {
    retries_.erase(key);
    Settle(key);
  });
}

void SyncManager::Settle(const ShareKey& key) {
  const auto subscription = parts_.subscriptions->Get(key.origin, key.share);
  std::optional<NodeId> supplier;
  if (subscription.ok() && subscription->IsWanted()) {
    const MutexLock lock(&suppliers_mutex_);
    supplier = suppliers_.Choose(key, parts_.clock->Now());
  }
  const auto asked = asked_.find(key);
  if (asked != asked_.end() && asked->second != supplier) {
    const NodeId former = asked->second;
    asked_.erase(asked);
    Unask(former, key);
  }
  if (!supplier.has_value()) return;
  const ConnectionPtr connection = Find(*supplier);
  if (connection == nullptr) return;
  asked_[key] = *supplier;
  // Who compares asks when that has ended.
  if (!IsAsked(*connection, key) && !comparisons_->IsOpen(key)) Ask(connection, *subscription);
}

void SyncManager::Unask(const NodeId& peer, const ShareKey& key) {
  const ConnectionPtr connection = Find(peer);
  if (connection == nullptr) return;
  connection->With([&](Session* session) { session->Unwant(key); });
}

void SyncManager::Ask(const ConnectionPtr& connection, const Subscription& subscription) {
  Receiver::Held held;
  held.cursor = parts_.subscriptions->CursorOf(subscription);
  if (subscription.received.stored.has_head()) held.head = subscription.received.stored.head();
  connection->With([&](Session* session) { session->Want(subscription.key(), std::move(held)); });
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

void SyncManager::StreamGone(const NodeId& peer, uint64_t stream) {
  std::vector<ShareKey> taken;
  {
    const MutexLock lock(&suppliers_mutex_);
    taken = suppliers_.Gone(peer, stream);
  }
  for (const ShareKey& key : taken) Settle(key);
  if (IsRecovering() && Find(peer) == nullptr) parts_.recovery->Gone(peer);
}

void SyncManager::Drop(const ShareKey& key) {
  const auto done = parts_.subscriptions->DropSome(key.origin, key.share);
  if (!done.ok()) return Log("dropping a share", done.status());
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

// From whom SyncManager takes each share, and what it does where that goes wrong.
// All on the queue's thread.
#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/sharing/sync_manager.h"

namespace maillage::sharing {
namespace {

constexpr absl::Duration kFirstRetry = absl::Seconds(1);
constexpr absl::Duration kLastRetry = absl::Hours(1);

bool IsAsked(const Connection& connection, const ShareKey& key) {
  return connection.Read([&](const Session& session) { return session.receiver().Wants(key); });
}

}  // namespace

void SyncManager::RefuseWord(absl::string_view what, const NodeId& peer, const absl::Status& why) {
  // A relay also offers shares of nodes that are no partners here.
  if (ErrorReason(why) != "NO_SUCH_PARTNER") refusals_.Count(ErrorReason(why));
  Log(absl::StrCat(what, " of ", ToText(peer), " refused"), why);
}

void SyncManager::LeaveFormerMember(const NodeId& peer, const ShareKey& key) {
  {
    const MutexLock lock(&suppliers_mutex_);
    suppliers_.Withdrawn(key, peer);
  }
  RefuseWord("an offer", peer,
             FailedPrecondition("NOT_A_MEMBER", "the relay is no member of the share"));
  Settle(key);
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
    suppliers_.Blame(key, peer, why, parts_.clock->Now(), pause);
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
    CountFrozen(key, former);
    Unask(former, key);
  }
  if (!supplier.has_value()) return;
  const ConnectionPtr connection = Find(*supplier);
  if (connection == nullptr) return;
  asked_[key] = *supplier;
  // What went wrong there waits its time, whatever is said meanwhile.
  const auto retry = retries_.find(key);
  if (retry != retries_.end() && retry->second.lock() == connection) return;
  // Who compares asks when that has ended.
  if (!IsAsked(*connection, key) && !comparisons_->IsOpen(key)) Ask(connection, *subscription);
}

void SyncManager::CountFrozen(const ShareKey& key, const NodeId& former) {
  const auto sources = SourcesOf(key);
  const auto source = sources.find(former);
  if (source == sources.end() || !source->second.fault.has_value()) return;
  const Suppliers::Fault& fault = *source->second.fault;
  if (fault.reason == "FROZEN") RefuseWord("the silence", former, Frozen());
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

void SyncManager::StreamGone(const NodeId& peer, uint64_t stream) {
  std::vector<ShareKey> taken;
  {
    const MutexLock lock(&suppliers_mutex_);
    taken = suppliers_.Gone(peer, stream);
  }
  for (const ShareKey& key : taken) Settle(key);
  if (IsRecovering() && Find(peer) == nullptr) parts_.recovery->Gone(peer);
}

}  // namespace maillage::sharing

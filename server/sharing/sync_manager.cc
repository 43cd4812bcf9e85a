#include "server/sharing/sync_manager.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {
namespace {

constexpr absl::Duration kFirstRetry = absl::Seconds(1);
constexpr absl::Duration kLastRetry = absl::Hours(1);
constexpr absl::Duration kMessageRetry = absl::Minutes(1);

bool IsAsked(const Connection& connection, const ShareId& share) {
  return connection.Read([&](const Session& session) { return session.receiver().Wants(share); });
}

absl::Status Stopping() { return Unavailable("STOPPING", "the node is stopping"); }

}  // namespace

SyncManager::SyncManager(Parts parts) : parts_(std::move(parts)), self_(parts_.self->node()) {}

SyncManager::~SyncManager() { Stop(); }

void SyncManager::Start() {
  queue_.Post([this] {
    ResumeDropping();
    parts_.links->HandleWaiting();
  });
  RetryMessagesLater();
}

void SyncManager::Stop() {
  std::map<NodeId, ConnectionPtr> open;
  {
    const MutexLock lock(&mutex_);
    stopping_ = true;
    open.swap(connections_);
  }
  for (const auto& [peer, connection] : open) connection->Close(Stopping());
  queue_.Stop();
}

absl::StatusOr<ConnectionPtr> SyncManager::Open(const NodeId& peer, bool dialled_here,
                                                std::shared_ptr<Wire> wire) {
  if (parts_.partners->Get(peer) == nullptr) {
    return Error(absl::StatusCode::kPermissionDenied, "NO_SUCH_PARTNER",
                 absl::StrCat(ToText(peer), " is not a partner"));
  }
  auto session =
      std::make_unique<Session>(self_, peer, parts_.self->signed_descriptor(), parts_.latest);
  session->SetShares(*parts_.shares->Get());
  // The work holds its connection, the connection does not hold itself.
  auto self = std::make_shared<std::weak_ptr<Connection>>();
  auto connection = std::make_shared<Connection>(
      std::move(session), dialled_here, std::move(wire), [this, self](std::vector<Work> work) {
        const ConnectionPtr here = self->lock();
        for (Work& item : work) {
          auto shared = std::make_shared<Work>(std::move(item));
          queue_.Post([this, here, shared] { Do(here, std::move(*shared)); });
        }
      });
  *self = connection;
  ConnectionPtr replaced;
  {
    const MutexLock lock(&mutex_);
    if (stopping_) return Stopping();
    ConnectionPtr& current = connections_[peer];
    const bool smaller_dialled = dialled_here ? self_ < peer : peer < self_;
    if (current != nullptr && current->dialled_here() != dialled_here && !smaller_dialled) {
      return Error(absl::StatusCode::kAlreadyExists, "CONNECTED_ALREADY",
                   "there is another stream between the two nodes");
    }
    replaced = std::exchange(current, connection);
  }
  if (replaced != nullptr) {
    replaced->Close(Error(absl::StatusCode::kAlreadyExists, "CONNECTED_ALREADY",
                          "another stream took this one's place"));
  }
  // Shares that came between the offers and the registration.
  connection->With([&](Session* s) { s->SetShares(*parts_.shares->Get()); });
  Changed();
  return connection;
}

void SyncManager::Closed(const ConnectionPtr& connection) {
  connection->Close(absl::OkStatus());
  {
    const MutexLock lock(&mutex_);
    const auto it = connections_.find(connection->peer());
    if (it != connections_.end() && it->second == connection) connections_.erase(it);
  }
  Changed();
}

ConnectionPtr SyncManager::Find(const NodeId& peer) const {
  const MutexLock lock(&mutex_);
  const auto it = connections_.find(peer);
  return it == connections_.end() ? nullptr : it->second;
}

bool SyncManager::IsConnected(const NodeId& peer) const {
  const ConnectionPtr connection = Find(peer);
  return connection != nullptr && connection->Read([](const Session& s) { return s.is_open(); });
}

std::vector<ConnectionPtr> SyncManager::All() const {
  const MutexLock lock(&mutex_);
  std::vector<ConnectionPtr> all;
  for (const auto& [peer, connection] : connections_) all.push_back(connection);
  return all;
}

void SyncManager::Published(const PublicationPtr& publication) {
  for (const ConnectionPtr& connection : All()) {
    if (!publication->share->HasMember(connection->peer())) continue;
    connection->With([](Session*) {});
  }
  Changed();
}

void SyncManager::SharesChanged() {
  const ShareSetPtr shares = parts_.shares->Get();
  for (const ConnectionPtr& connection : All()) {
    connection->With([&](Session* session) { session->SetShares(*shares); });
  }
}

void SyncManager::PartnerRemoved(const NodeId& node) {
  if (const ConnectionPtr connection = Find(node)) {
    connection->Close(
        Error(absl::StatusCode::kPermissionDenied, "NO_SUCH_PARTNER", "the partnership has ended"));
  }
  queue_.Post([this, node] {
    Log("withdrawing messages", parts_.links->WithdrawAll(node));
    Log("dropping a partner's shares", parts_.subscriptions->DropPartner(node));
    ResumeDropping();
  });
}

void SyncManager::SetOnChange(std::function<void()> on_change) {
  on_change_ = std::move(on_change);
}

void SyncManager::Changed() const {
  if (on_change_) on_change_();
}

void SyncManager::Log(absl::string_view what, const absl::Status& status) const {
  if (status.ok() || !parts_.log) return;
  parts_.log(absl::StrCat(what, ": ", status.message(), " (", ErrorReason(status), ")"));
}

absl::StatusOr<Subscription> SyncManager::Subscribe(const NodeId& origin, const ShareId& share,
                                                    absl::string_view who) {
  absl::StatusOr<Subscription> result = Stopping();
  queue_.Run([&] {
    result = parts_.subscriptions->Subscribe(origin, share, who);
    if (result.ok()) Ask(origin, share);
  });
  Changed();
  return result;
}

absl::StatusOr<Subscription> SyncManager::Unsubscribe(const NodeId& origin, const ShareId& share,
                                                      absl::string_view who) {
  absl::StatusOr<Subscription> result = Stopping();
  queue_.Run([&] {
    result = parts_.subscriptions->Unsubscribe(origin, share, who);
    if (!result.ok()) return;
    if (const ConnectionPtr connection = Find(origin)) {
      connection->With([&](Session* session) { session->Unwant(share); });
    }
    const absl::Status dropped = DropNow(origin, share);
    result = dropped.ok() ? parts_.subscriptions->Get(origin, share) : dropped;
  });
  Changed();
  return result;
}

void SyncManager::RetryMessages() {
  queue_.Post([this] { parts_.links->HandleWaiting(); });
}

void SyncManager::RetryMessagesLater() {
  queue_.PostAfter(kMessageRetry, [this] {
    parts_.links->HandleWaiting();
    RetryMessagesLater();
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

void SyncManager::DoItem(const ConnectionPtr& connection, PeerHello hello) {
  const NodeId& peer = connection->peer();
  const identity::PartnerPtr known = parts_.partners->Get(peer);
  if (known == nullptr) return;
  if (known->signed_descriptor.payload() == hello.node_descriptor.payload()) return;
  const absl::Status status = parts_.partners->Update(peer, hello.node_descriptor, parts_.writer);
  if (status.ok()) return;
  Log(absl::StrCat("descriptor of ", known->alias), status);
  connection->Close(status);
}

void SyncManager::DoItem(const ConnectionPtr& connection, PeerOffer offer) {
  const auto taken = parts_.subscriptions->TakeOffer(connection->peer(), offer.share_descriptor);
  if (!taken.ok()) {
    return Log(absl::StrCat("an offer of ", ToText(connection->peer())), taken.status());
  }
  if (taken->received.stored.dropping()) {
    connection->With([&](Session* session) { session->Unwant(taken->share); });
    return Drop(taken->origin, taken->share);
  }
  // What went wrong on this stream waits its time, however often it is offered.
  const auto retry = retries_.find({taken->origin, taken->share});
  if (retry != retries_.end() && retry->second.lock() == connection) return;
  if (!IsAsked(*connection, taken->share)) Ask(taken->origin, taken->share);
}

void SyncManager::DoItem(const ConnectionPtr& connection, PeerAck ack) {
  if (ack.share != LinkId(self_, connection->peer())) return;
  Log("withdrawing messages", parts_.links->Withdraw(connection->peer(), ack.seq));
}

void SyncManager::DoItem(const ConnectionPtr& connection, FinishedRun finished) {
  const ShareId share = finished.run->share();
  const auto taken = parts_.subscriptions->TakeRun(connection->peer(), finished);
  if (!taken.ok()) {
    connection->With([&](Session* session) { session->Unwant(share); });
    return Refuse(connection, share, taken.status());
  }
  connection->With([&](Session* session) {
    session->Ack(share, finished.run->incarnation(), finished.run->to_seq());
  });
  if (taken->is_link()) HandleMessages(connection->peer(), *finished.run);
}

void SyncManager::DoItem(const ConnectionPtr& connection, FailedShare failed) {
  Refuse(connection, failed.share, failed.why);
}

void SyncManager::HandleMessages(const NodeId& from, const IncomingRun& run) {
  for (const IncomingEntry& incoming : run.entries()) {
    if (incoming.entry.kind() != v1::ENTRY_KIND_PUT) continue;
    parts_.links->NoteArrived(from, incoming.id);
  }
  parts_.links->HandleWaiting();
}

void SyncManager::Refuse(const ConnectionPtr& connection, const ShareId& share,
                         const absl::Status& why) {
  const NodeId peer = connection->peer();
  Log(absl::StrCat("share ", ToText(share), " of ", ToText(peer), " refused"), why);
  const auto failures = parts_.subscriptions->Refuse(peer, share, why);
  if (!failures.ok()) return Log("quarantine", failures.status());
  if (*failures == 0) return;  // no longer subscribed
  if (!retries_.insert_or_assign({peer, share}, connection).second) return;
  const absl::Duration pause =
      std::min(kLastRetry, kFirstRetry * (1 << std::min<uint32_t>(*failures - 1, 12)));
  const double jitter = std::uniform_real_distribution<double>(0.5, 1.0)(random_);
  queue_.PostAfter(pause * jitter, [this, peer, share] {
    retries_.erase({peer, share});
    const ConnectionPtr open = Find(peer);
    if (open != nullptr && !IsAsked(*open, share)) Ask(peer, share);
  });
}

void SyncManager::Ask(const NodeId& peer, const ShareId& share) {
  const ConnectionPtr connection = Find(peer);
  const auto subscription = parts_.subscriptions->Get(peer, share);
  if (connection == nullptr || !subscription.ok() || !subscription->IsWanted()) return;
  const bool proved = subscription->received.stored.has_head();
  connection->With([&](Session* session) {
    session->Want(share, proved ? subscription->incarnation() : Incarnation(), subscription->seq());
  });
}

void SyncManager::Drop(const NodeId& origin, const ShareId& share) {
  const auto done = parts_.subscriptions->DropSome(origin, share);
  if (!done.ok()) return Log("dropping a share", done.status());
  if (!*done) {
    // Other work in between: a large share takes its time.
    return queue_.Post([this, origin, share] { Drop(origin, share); });
  }
  // A partner that is paired again has a link again.
  const auto left = parts_.subscriptions->Get(origin, share);
  if (left.ok() && left->is_link() && left->received.HasMember(self_)) {
    Log("link", parts_.subscriptions->Subscribe(origin, share, "").status());
    Ask(origin, share);
  }
  Changed();
}

absl::Status SyncManager::DropNow(const NodeId& origin, const ShareId& share) {
  while (true) {
    ASSIGN_OR_RETURN(const bool done, parts_.subscriptions->DropSome(origin, share));
    if (done) return absl::OkStatus();
    const MutexLock lock(&mutex_);
    if (stopping_) return Stopping();
  }
}

void SyncManager::ResumeDropping() {
  const auto list = parts_.subscriptions->List();
  if (!list.ok()) return Log("reading shares", list.status());
  for (const Subscription& subscription : *list) {
    if (parts_.partners->Get(subscription.origin) == nullptr &&
        !subscription.received.stored.dropping()) {
      Log("dropping a partner's shares", parts_.subscriptions->DropPartner(subscription.origin));
    }
    if (parts_.partners->Get(subscription.origin) == nullptr ||
        subscription.received.stored.dropping()) {
      queue_.Post([this, origin = subscription.origin, share = subscription.share] {
        Drop(origin, share);
      });
    }
  }
}

}  // namespace maillage::sharing

#include "server/sharing/sync_manager.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {

absl::Status StreamsStopping() { return Unavailable("STOPPING", "the node is stopping"); }

SyncManager::SyncManager(Parts parts)
    : parts_(std::move(parts)),
      self_(parts_.self->node()),
      comparisons_(std::make_unique<Comparisons>(parts_.subscriptions)) {}

SyncManager::~SyncManager() { Stop(); }

void SyncManager::Start() {
  queue_.Post([this] {
    HoldAll();
    ResumeDropping();
    parts_.links->HandleWaiting();
  });
  TendLater();
  CheckLater();
  EndLater();
}

void SyncManager::Stop() {
  std::map<NodeId, ConnectionPtr> open;
  {
    const MutexLock lock(&mutex_);
    stopping_ = true;
    open.swap(connections_);
  }
  for (const auto& [peer, connection] : open) connection->Close(StreamsStopping());
  checks_.Stop();
  queue_.Stop();
}

absl::StatusOr<ConnectionPtr> SyncManager::Open(const NodeId& peer, bool dialled_here,
                                                std::shared_ptr<Wire> wire) {
  if (parts_.partners->Get(peer) == nullptr) {
    return Error(absl::StatusCode::kPermissionDenied, "NO_SUCH_PARTNER",
                 absl::StrCat(ToText(peer), " is not a partner"));
  }
  const auto latest = [this, peer](const ShareKey& key) {
    return key.origin == peer ? parts_.holdings->ForOrigin(key) : parts_.latest(key);
  };
  auto session = std::make_unique<Session>(self_, peer, parts_.self->signed_descriptor(), latest,
                                           parts_.large_run_entries);
  session->SetOfferings(AllOfferings());
  uint64_t number = 0;
  {
    const MutexLock lock(&mutex_);
    number = ++last_stream_;
  }
  // The work holds its connection, the connection does not hold itself.
  auto self = std::make_shared<std::weak_ptr<Connection>>();
  auto connection = std::make_shared<Connection>(
      number, std::move(session), dialled_here, std::move(wire),
      [this, self](std::vector<Work> work) {
        const ConnectionPtr here = self->lock();
        for (Work& item : work) {
          auto shared = std::make_shared<Work>(std::move(item));
          queue_.Post([this, here, shared] { Do(here, std::move(*shared)); });
        }
      },
      &counters_);
  *self = connection;
  ConnectionPtr replaced;
  {
    const MutexLock lock(&mutex_);
    if (stopping_) return StreamsStopping();
    ConnectionPtr& current = connections_[peer];
    const bool smaller_dialled = dialled_here ? self_ < peer : peer < self_;
    if (current != nullptr && current->dialled_here() != dialled_here && !smaller_dialled) {
      return Error(absl::StatusCode::kAlreadyExists, "CONNECTED_ALREADY",
                   "there is another stream between the two nodes");
    }
    replaced = std::exchange(current, connection);
    dial_troubles_.erase(peer);
  }
  if (replaced != nullptr) {
    replaced->Close(Error(absl::StatusCode::kAlreadyExists, "CONNECTED_ALREADY",
                          "another stream took this one's place"));
  }
  // What came between the offers and the registration.
  connection->With([&](Session* s) {
    s->ShowNode(parts_.self->signed_descriptor());
    s->SetOfferings(AllOfferings());
    if (IsRecovering()) s->WantOwn();
  });
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
  queue_.Post([this, connection] {
    EndComparisonsWith(connection);
    StreamGone(connection->peer(), connection->number());
  });
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

StreamFigures SyncManager::Figures() const {
  StreamFigures figures;
  {
    const MutexLock lock(&mutex_);
    figures.streams = connections_.size();
  }
  figures.waiting = queue_.size();
  figures.checks = checks_.size();
  figures.runs_taken = runs_taken_;
  figures.runs_given = runs_given_;
  figures.messages_in = counters_.messages_in;
  figures.messages_out = counters_.messages_out;
  figures.bytes_in = counters_.bytes_in;
  figures.bytes_out = counters_.bytes_out;
  return figures;
}

void SyncManager::DialFailed(const NodeId& peer, const absl::Status& why, absl::Time next) {
  const MutexLock lock(&mutex_);
  DialTrouble& trouble = dial_troubles_[peer];
  if (trouble.failures++ == 0) trouble.since = parts_.clock->Now();
  trouble.why = why;
  trouble.next = next;
}

std::optional<DialTrouble> SyncManager::TroubleWith(const NodeId& peer) const {
  const MutexLock lock(&mutex_);
  const auto it = dial_troubles_.find(peer);
  if (it == dial_troubles_.end()) return std::nullopt;
  return it->second;
}

std::vector<ConnectionPtr> SyncManager::All() const {
  const MutexLock lock(&mutex_);
  std::vector<ConnectionPtr> all;
  for (const auto& [peer, connection] : connections_) all.push_back(connection);
  return all;
}

void SyncManager::Published(const PublicationPtr& publication) {
  for (const ConnectionPtr& connection : All()) {
    if (!NamesMember(*publication->descriptor, connection->peer())) continue;
    connection->With([&](Session* session) { session->Published(publication->key); });
  }
  Changed();
}

void SyncManager::SharesChanged() {
  const std::shared_ptr<const Offerings> offerings = AllOfferings();
  for (const ConnectionPtr& connection : All()) {
    connection->With([&](Session* session) { session->SetOfferings(offerings); });
  }
}

void SyncManager::NodeChanged(const v1::Signed& node_descriptor) {
  for (const ConnectionPtr& connection : All()) {
    connection->With([&](Session* session) { session->ShowNode(node_descriptor); });
  }
}

void SyncManager::CloseAll() {
  for (const ConnectionPtr& connection : All()) CloseStream(connection->peer());
}

void SyncManager::CloseStream(const NodeId& node) {
  const ConnectionPtr connection = Find(node);
  if (connection == nullptr) return;
  connection->Close(Unavailable("CERTIFICATE_REVOKED", "a certificate was revoked: dial again"));
}

std::shared_ptr<const Offerings> SyncManager::AllOfferings() const {
  auto all = std::make_shared<Offerings>(OfferingsOf(self_, *parts_.shares->Get()));
  for (Offering& own : *all) own.recovering = IsRecovering();
  for (Offering& held : parts_.holdings->List()) all->push_back(std::move(held));
  SortOfferings(all.get());
  return all;
}

std::optional<NodeId> SyncManager::SupplierOf(const ShareKey& key) const {
  const MutexLock lock(&suppliers_mutex_);
  return suppliers_.Current(key);
}

std::map<NodeId, Suppliers::Source> SyncManager::SourcesOf(const ShareKey& key) const {
  const MutexLock lock(&suppliers_mutex_);
  return suppliers_.SourcesOf(key);
}

void SyncManager::PartnerRemoved(const NodeId& node) {
  {
    const MutexLock lock(&mutex_);
    dial_troubles_.erase(node);
  }
  if (const ConnectionPtr connection = Find(node)) {
    connection->Close(
        Error(absl::StatusCode::kPermissionDenied, "NO_SUCH_PARTNER", "the partnership has ended"));
  }
  queue_.Post([this, node] {
    Log("withdrawing messages", parts_.links->WithdrawAll(node));
    Log("dropping a partner's shares", parts_.subscriptions->DropPartner(node));
    HoldAll();
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
  absl::StatusOr<Subscription> result = StreamsStopping();
  queue_.Run([&] {
    result = parts_.subscriptions->Subscribe(origin, share, who);
    if (!result.ok()) return;
    Hold(*result);
    // Whoever asks for it by hand does not wait.
    retries_.erase({origin, share});
    Settle({origin, share});
  });
  Changed();
  return result;
}

absl::StatusOr<Subscription> SyncManager::Unsubscribe(const NodeId& origin, const ShareId& share,
                                                      absl::string_view who) {
  absl::StatusOr<Subscription> result = StreamsStopping();
  queue_.Run([&] {
    result = parts_.subscriptions->Unsubscribe(origin, share, who);
    if (!result.ok()) return;
    const ShareKey key{origin, share};
    Hold(*result);
    Settle(key);
    const absl::Status dropped = DropNow(key);
    result = dropped.ok() ? parts_.subscriptions->Get(origin, share) : dropped;
  });
  Changed();
  return result;
}

void SyncManager::ReleaseSnapshots() {
  queue_.Post([this] { parts_.holdings->Refresh(); });
}

void SyncManager::RetryMessages() {
  queue_.Post([this] { parts_.links->HandleWaiting(); });
}

}  // namespace maillage::sharing

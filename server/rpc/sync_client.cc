#include "server/rpc/sync_client.h"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/base/error.h"
#include "client/call.h"
#include "client/channel.h"
#include "maillage/v1/sync.grpc.pb.h"
#include "server/rpc/stream_loop.h"

namespace maillage::rpc {
namespace {

// A partner that took the connection and says nothing.
constexpr absl::Duration kOpenTimeout = absl::Seconds(20);
// How often it is seen whether a partner's own stream has gone.
constexpr absl::Duration kLookInterval = absl::Seconds(1);

}  // namespace

// One dialled stream. Deletes itself when gRPC is done with it.
class SyncClient::Stream final : public grpc::ClientBidiReactor<v1::SyncMessage, v1::SyncMessage>,
                                 public StreamOperations {
 public:
  Stream(SyncClient* client, const NodeId& node, std::shared_ptr<grpc::Channel> channel)
      : client_(client),
        node_(node),
        stub_(v1::SyncService::NewStub(std::move(channel))),
        loop_(std::make_shared<StreamLoop>(
            this,
            [client, node](std::shared_ptr<sharing::Wire> wire) {
              auto opened =
                  client->parts_.streams->Open(node, /*dialled_here=*/true, std::move(wire));
              if (opened.ok()) client->Opened(node);
              return opened;
            },
            [client](const sharing::ConnectionPtr& connection) {
              client->parts_.streams->Closed(connection);
            })) {}

  void Begin() {
    stub_->async()->Sync(&context_, this);
    AddHold();  // until Release: writes start from anywhere
    loop_->Begin(/*open_first=*/false);
    StartCall();
  }
  std::shared_ptr<StreamLoop> loop() const { return loop_; }

  void OnReadDone(bool ok) override { loop()->ReadDone(ok); }
  void OnWriteDone(bool ok) override { loop()->WriteDone(ok); }
  void OnDone(const grpc::Status& status) override {
    const absl::Status why = why_.ok() ? client::FromCallStatus(status) : why_;
    client_->Done(node_, why);
    delete this;
  }

  void Read(v1::SyncMessage* message) override { StartRead(message); }
  void Write(const v1::SyncMessage* message) override { StartWrite(message); }
  void Cancel() override { context_.TryCancel(); }
  void Release(const absl::Status& why) override {
    why_ = why;
    RemoveHold();
  }

 private:
  SyncClient* const client_;
  const NodeId node_;
  const std::unique_ptr<v1::SyncService::Stub> stub_;
  grpc::ClientContext context_;
  const std::shared_ptr<StreamLoop> loop_;
  absl::Status why_;
};

SyncClient::SyncClient(Parts parts) : parts_(std::move(parts)) {
  parts_.partners->AddListener([this](const identity::PartnerChange& change) {
    DialNow((change.after == nullptr ? change.before : change.after)->node);
  });
}

SyncClient::~SyncClient() { Stop(); }

void SyncClient::Start() {
  thread_ = std::thread([this] { Run(); });
}

void SyncClient::Stop() {
  std::vector<std::shared_ptr<StreamLoop>> loops;
  {
    const MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.SignalAll();
    for (const auto& [node, peer] : peers_) {
      if (peer.stream != nullptr) loops.push_back(peer.stream->loop());
    }
  }
  for (const auto& loop : loops) loop->Close(absl::CancelledError("the node is stopping"));
  if (thread_.joinable()) thread_.join();
  const MutexLock lock(&mutex_);
  const auto under_way = [](const auto& item) { return item.second.stream != nullptr; };
  while (std::any_of(peers_.begin(), peers_.end(), under_way)) changed_.Wait(&mutex_);
}

void SyncClient::DialNow() {
  const MutexLock lock(&mutex_);
  schedule_.DialAllNow();
  changed_.SignalAll();
}

void SyncClient::DialNow(const NodeId& node) {
  const MutexLock lock(&mutex_);
  schedule_.DialNow(node);
  changed_.SignalAll();
}

void SyncClient::Run() {
  while (true) {
    const absl::Time next = DialDue();
    const MutexLock lock(&mutex_);
    if (stopping_) return;
    changed_.WaitFor(&mutex_, std::max(next - absl::Now(), absl::Milliseconds(1)));
    if (stopping_) return;
  }
}

absl::Time SyncClient::DialDue() {
  const std::vector<identity::PartnerPtr> partners = parts_.partners->List();
  const absl::Time now = absl::Now();
  absl::Time next = now + kLookInterval;
  std::vector<std::shared_ptr<StreamLoop>> silent;
  {
    const MutexLock lock(&mutex_);
    for (const identity::PartnerPtr& partner : partners) {
      if (stopping_ || partner->descriptor.endpoints().empty()) continue;
      Peer& peer = peers_[partner->node];
      const bool connected = parts_.streams->Find(partner->node) != nullptr;
      if (peer.stream != nullptr) {
        if (!connected && now - peer.dialled_at > kOpenTimeout) {
          silent.push_back(peer.stream->loop());
        }
      } else if (!connected) {
        if (schedule_.IsDue(partner->node, now)) {
          Dial(*partner, &peer);
        } else {
          next = std::min(next, schedule_.Due(partner->node));
        }
      }
    }
  }
  for (const auto& loop : silent) {
    loop->Close(Unavailable("NO_HELLO", "the partner took the stream and said nothing"));
  }
  return next;
}

void SyncClient::Dial(const identity::Partner& partner, Peer* peer) {
  const auto& endpoints = partner.descriptor.endpoints();
  client::TlsOptions options;
  peer->dialled_at = absl::Now();
  const size_t turn = schedule_.Dialled(partner.node, peer->dialled_at);
  options.address = endpoints[static_cast<int>(turn % static_cast<size_t>(endpoints.size()))];
  options.certificate_pem = parts_.self->tls().certificate_pem;
  options.key_pem = parts_.self->tls().key_pem;
  options.pins.assign(partner.descriptor.tls_certificate_hashes().begin(),
                      partner.descriptor.tls_certificate_hashes().end());
  auto channel = client::PinnedChannel(options);
  if (!channel.ok()) return;  // a descriptor that nobody can dial; a newer one may come
  peer->stream = new Stream(this, partner.node, *std::move(channel));
  peer->stream->Begin();
}

void SyncClient::Opened(const NodeId& node) {
  const MutexLock lock(&mutex_);
  const auto it = peers_.find(node);
  if (it == peers_.end()) return;
  schedule_.Opened(node, absl::Now());
  it->second.last_failure.clear();
}

void SyncClient::Done(const NodeId& node, const absl::Status& status) {
  bool log = false;
  // CONNECTED_ALREADY is no failure: the two dialled each other.
  const bool failed = !status.ok() && !absl::IsCancelled(status) && !absl::IsAlreadyExists(status);
  {
    const MutexLock lock(&mutex_);
    Peer& peer = peers_.at(node);
    peer.stream = nullptr;
    schedule_.Ended(node, absl::Now());
    log = failed && ErrorReason(status) != peer.last_failure && !stopping_;
    if (log) peer.last_failure = ErrorReason(status);
    if (failed && !stopping_) parts_.streams->DialFailed(node, status, schedule_.Due(node));
    changed_.SignalAll();
  }
  if (!log || !parts_.log) return;
  const identity::PartnerPtr partner = parts_.partners->Get(node);
  parts_.log(absl::StrCat("stream with ", partner == nullptr ? ToText(node) : partner->alias, ": ",
                          status.message(), " (", ErrorReason(status), ")"));
}

}  // namespace maillage::rpc

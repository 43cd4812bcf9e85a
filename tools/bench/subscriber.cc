#include "tools/bench/subscriber.h"

#include <grpcpp/channel.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/base/status_macros.h"
#include "client/call.h"
#include "client/channel.h"
#include "maillage/v1/identity.pb.h"
#include "server/identity/keys.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"

namespace maillage::bench {

absl::StatusOr<std::unique_ptr<Subscriber>> Subscriber::Make(size_t number, bool sleeps) {
  std::unique_ptr<Subscriber> made(new Subscriber(sleeps));
  const std::string name = absl::StrCat("subscriber-", number);
  const auto root = identity::SigningKey::Generate();
  const auto signing = identity::SigningKey::Generate();
  ASSIGN_OR_RETURN(made->tls_, identity::NewTlsKey(name, {"127.0.0.1"}));
  v1::NodeDescriptor descriptor;
  descriptor.set_root_public_key(root.public_key());
  descriptor.set_recovery_key_hash(std::string(32, 'r'));
  descriptor.add_signing_public_keys(signing.public_key());
  descriptor.set_sealing_public_key(identity::SealingKey::Generate().public_key());
  descriptor.add_tls_certificate_hashes(made->tls_.certificate_hash);
  descriptor.set_display_name(name);
  descriptor.set_version(1);
  *descriptor.mutable_issued_at() = identity::ToTimestamp(absl::Now());
  made->descriptor_ = identity::SignMessage(descriptor, root);
  return made;
}

absl::Status Subscriber::Dial(const std::string& address, const std::string& pin) {
  client::TlsOptions options;
  options.address = address;
  options.certificate_pem = tls_.certificate_pem;
  options.key_pem = tls_.key_pem;
  options.pins = {pin};
  ASSIGN_OR_RETURN(auto channel, client::PinnedChannel(options));
  stub_ = v1::SyncService::NewStub(std::move(channel));
  stub_->async()->Sync(&context_, this);
  AddHold();  // until HangUp(): writes start from anywhere
  {
    const MutexLock lock(&mutex_);
    dialled_ = true;
    v1::Hello* hello = outbox_.emplace_back().mutable_hello();
    hello->set_protocol(1);
    *hello->mutable_node_descriptor() = descriptor_;
  }
  StartRead(&in_);
  StartCall();
  Write();
  return absl::OkStatus();
}

void Subscriber::HangUp() {
  {
    const MutexLock lock(&mutex_);
    if (!dialled_) return;
    hung_up_ = true;
  }
  context_.TryCancel();
  RemoveHold();
  const MutexLock lock(&mutex_);
  while (dialled_) changed_.Wait(&mutex_);
}

void Subscriber::Write() {
  {
    const MutexLock lock(&mutex_);
    if (writing_ || hung_up_ || outbox_.empty()) return;
    writing_ = true;
    out_ = std::move(outbox_.front());
    outbox_.pop_front();
  }
  StartWrite(&out_);
}

void Subscriber::OnWriteDone(bool ok) {
  if (!ok) return;
  {
    const MutexLock lock(&mutex_);
    writing_ = false;
  }
  Write();
}

void Subscriber::OnReadDone(bool ok) {
  bool asleep = false;
  {
    const MutexLock lock(&mutex_);
    open_ = ok;
    if (!ok || hung_up_) return;
    Take(in_);
    asleep = asleep_;
  }
  Write();
  if (!asleep) StartRead(&in_);
}

void Subscriber::OnDone(const grpc::Status& status) {
  const MutexLock lock(&mutex_);
  open_ = false;
  dialled_ = false;
  ended_ = client::FromCallStatus(status);
  changed_.SignalAll();
}

void Subscriber::Take(const v1::SyncMessage& message) {
  if (message.has_offer()) {
    v1::ShareDescriptor descriptor;
    descriptor.ParseFromString(message.offer().share_descriptor().payload());
    Want(descriptor);
  } else if (message.has_run_start()) {
    const v1::RunStart& start = message.run_start();
    runs_[start.run()] = start;
    asleep_ = sleeps_ && start.share() != link_;
  } else if (message.has_run_end()) {
    const auto run = runs_.find(message.run_end().run());
    if (run == runs_.end()) return;
    if (run->second.share() != link_) reached_[run->second.to_seq()] = absl::Now();
    Ack(run->second);
    runs_.erase(run);
  }
}

void Subscriber::Want(const v1::ShareDescriptor& descriptor) {
  if (descriptor.link()) link_ = descriptor.share();
  v1::Want* want = outbox_.emplace_back().mutable_want();
  want->set_origin(descriptor.origin());
  want->set_share(descriptor.share());
}

void Subscriber::Ack(const v1::RunStart& run) {
  v1::Ack* ack = outbox_.emplace_back().mutable_ack();
  ack->set_origin(run.origin());
  ack->set_share(run.share());
  ack->set_incarnation(run.incarnation());
  ack->set_seq(run.to_seq());
}

std::optional<absl::Time> Subscriber::ReachedAt(uint64_t seq) const {
  const MutexLock lock(&mutex_);
  const auto it = reached_.lower_bound(seq);
  if (it == reached_.end()) return std::nullopt;
  return it->second;
}

bool Subscriber::is_open() const {
  const MutexLock lock(&mutex_);
  return open_;
}

absl::Status Subscriber::ended() const {
  const MutexLock lock(&mutex_);
  return ended_;
}

bool Subscriber::is_asleep() const {
  const MutexLock lock(&mutex_);
  return asleep_;
}

}  // namespace maillage::bench

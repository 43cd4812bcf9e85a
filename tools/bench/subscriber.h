// A partner that only listens: real keys, a real stream by mutual TLS, and no
// database. It acknowledges what it gets, or goes to sleep in the middle of a run.
#ifndef TOOLS_BENCH_SUBSCRIBER_H_
#define TOOLS_BENCH_SUBSCRIBER_H_

#include <grpcpp/support/client_callback.h>

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/sync.grpc.pb.h"
#include "server/identity/certificate.h"

namespace maillage::bench {

class Subscriber final : public grpc::ClientBidiReactor<v1::SyncMessage, v1::SyncMessage> {
 public:
  // Makes its keys. `sleeps`: it reads nothing more once a run of a share, not of
  // a link, has begun. Errors are those of keys.
  static absl::StatusOr<std::unique_ptr<Subscriber>> Make(size_t number, bool sleeps);

  const v1::Signed& descriptor() const { return descriptor_; }
  bool sleeps() const { return sleeps_; }
  // Dials a node, once; `pin` is its certificate's hash. As client::PinnedChannel().
  absl::Status Dial(const std::string& address, const std::string& pin);
  // Ends the stream; returns when it is over.
  void HangUp();

  // When the share that is no link came up to this seq; nothing: not yet.
  std::optional<absl::Time> ReachedAt(uint64_t seq) const;
  bool is_open() const;
  // Why the stream is over.
  absl::Status ended() const;
  // Whether it sleeps by now.
  bool is_asleep() const;

  void OnReadDone(bool ok) override;
  void OnWriteDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

 private:
  explicit Subscriber(bool sleeps) : sleeps_(sleeps) {}
  void Take(const v1::SyncMessage& message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Want(const v1::ShareDescriptor& descriptor) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Ack(const v1::RunStart& run) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Writes what is next, unless a write is under way.
  void Write() ABSL_LOCKS_EXCLUDED(mutex_);

  const bool sleeps_;
  identity::TlsKey tls_;
  v1::Signed descriptor_;
  std::unique_ptr<v1::SyncService::Stub> stub_;
  grpc::ClientContext context_;
  v1::SyncMessage in_;
  v1::SyncMessage out_;

  mutable Mutex mutex_;
  CondVar changed_;
  std::deque<v1::SyncMessage> outbox_ ABSL_GUARDED_BY(mutex_);
  bool hung_up_ ABSL_GUARDED_BY(mutex_) = false;
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool dialled_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Status ended_ ABSL_GUARDED_BY(mutex_);
  bool open_ ABSL_GUARDED_BY(mutex_) = false;
  bool asleep_ ABSL_GUARDED_BY(mutex_) = false;
  std::string link_ ABSL_GUARDED_BY(mutex_);  // its share id
  std::map<uint32_t, v1::RunStart> runs_ ABSL_GUARDED_BY(mutex_);
  std::map<uint64_t, absl::Time> reached_ ABSL_GUARDED_BY(mutex_);  // of the share
};

}  // namespace maillage::bench

#endif  // TOOLS_BENCH_SUBSCRIBER_H_

// What both ends of a Sync stream have in common: one read and one write at a
// time, a pause while there is no room, and exactly one end.
#ifndef SERVER_RPC_STREAM_LOOP_H_
#define SERVER_RPC_STREAM_LOOP_H_

#include <functional>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/mutex.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/connection.h"

namespace maillage::rpc {

// The operations of a gRPC stream of either side.
class StreamOperations {
 public:
  virtual ~StreamOperations() = default;
  virtual void Read(v1::SyncMessage* message) = 0;
  virtual void Write(const v1::SyncMessage* message) = 0;
  // Has what is under way end.
  virtual void Cancel() = 0;
  // Nothing is under way and nothing will be: may delete itself. Called once.
  virtual void Release(const absl::Status& why) = 0;
};

// Thread safe. gRPC may call back from within an operation, so none is started
// under the lock.
class StreamLoop : public sharing::Wire, public std::enable_shared_from_this<StreamLoop> {
 public:
  using Open =
      std::function<absl::StatusOr<sharing::ConnectionPtr>(std::shared_ptr<sharing::Wire>)>;
  using Closed = std::function<void(const sharing::ConnectionPtr&)>;

  // `operations` lives until its Release().
  StreamLoop(StreamOperations* operations, Open open, Closed closed);

  // Starts to read. With `open_first` the connection opens now, else with the
  // first message, which shows that the other end is there.
  void Begin(bool open_first);

  // From gRPC.
  void ReadDone(bool ok);
  void WriteDone(bool ok);
  void Cancelled();

  // From the connection.
  void Wake() override;
  void ResumeReading() override;
  void Close(absl::Status why) override;

 private:
  absl::Status OpenConnection();
  // Ends a stream before anything is under way, with its reason to the peer.
  void Refuse(absl::Status why);
  // Sends what there is; the caller has set writing_.
  void Pump();
  // Whether all is over, for the one who is told so first.
  bool TakeRelease() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Release();

  StreamOperations* const operations_;
  const Open open_;
  const Closed closed_fn_;
  v1::SyncMessage in_;   // while reading
  v1::SyncMessage out_;  // while writing

  Mutex mutex_;
  sharing::ConnectionPtr connection_ ABSL_GUARDED_BY(mutex_);
  absl::Status why_ ABSL_GUARDED_BY(mutex_);
  bool reading_ ABSL_GUARDED_BY(mutex_) = false;
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
  bool resume_ ABSL_GUARDED_BY(mutex_) = false;  // came before the pause
  bool writing_ ABSL_GUARDED_BY(mutex_) = false;
  bool wake_ ABSL_GUARDED_BY(mutex_) = false;
  bool closing_ ABSL_GUARDED_BY(mutex_) = false;
  bool cancelling_ ABSL_GUARDED_BY(mutex_) = false;
  bool released_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_STREAM_LOOP_H_

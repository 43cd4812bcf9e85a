// A stream that is open: its session, what it waits for, and its wire.
#ifndef SERVER_SHARING_CONNECTION_H_
#define SERVER_SHARING_CONNECTION_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/session.h"

namespace maillage::sharing {

// The wire under a stream. Thread safe; calls return at once and are harmless
// when the stream is over.
class Wire {
 public:
  virtual ~Wire() = default;
  // There may be something to send: it pulls with Connection::Next().
  virtual void Wake() = 0;
  // Connection::Receive() has room again.
  virtual void ResumeReading() = 0;
  // Ends the stream.
  virtual void Close(absl::Status why) = 0;
};

// What one peer's work may hold while it waits, in bytes of runs and in pieces;
// beyond it the stream is not read until there is room.
inline constexpr size_t kMaxWaitingBytes = 16 << 20;
inline constexpr size_t kMaxWaitingWorks = 1000;

// What all streams of a node have carried since its start. Thread safe.
struct StreamCounters {
  std::atomic<uint64_t> messages_in = 0;
  std::atomic<uint64_t> messages_out = 0;
  std::atomic<uint64_t> bytes_in = 0;  // of messages, before TLS
  std::atomic<uint64_t> bytes_out = 0;
};

// Thread safe.
class Connection {
 public:
  // Gets the work in the order in which it came.
  using OnWork = std::function<void(std::vector<Work>)>;

  // `number` tells the streams of this node apart. `counters` must outlive it.
  Connection(uint64_t number, std::unique_ptr<Session> session, bool dialled_here,
             std::shared_ptr<Wire> wire, OnWork on_work, StreamCounters* counters);

  const NodeId& peer() const { return peer_; }
  uint64_t number() const { return number_; }
  bool dialled_here() const { return dialled_here_; }

  // For the wire. False: read no more until ResumeReading().
  bool Receive(v1::SyncMessage message);
  // False where there is nothing to send.
  bool Next(v1::SyncMessage* message);

  // For others. Does something with the session and lets the wire send.
  void With(absl::FunctionRef<void(Session*)> use);
  // Looks at the session.
  template <typename Function>
  auto Read(Function look) const {
    const MutexLock lock(&mutex_);
    return look(static_cast<const Session&>(*session_));
  }
  void Close(absl::Status why);
  bool is_closed() const;
  // Whether work of this stream is still to be done.
  bool IsWorking() const;
  // Messages that went or came, while the peer owes one: to take what it asked
  // for, or to end a run that it began. Nothing while it owes none.
  std::optional<uint64_t> OwedProgress() const;
  // Some of the work that was handed out is done.
  void WorkDone(size_t bytes);

 private:
  bool HasRoom() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    return waiting_bytes_ <= kMaxWaitingBytes && waiting_works_ <= kMaxWaitingWorks;
  }

  const uint64_t number_;
  const NodeId peer_;
  const bool dialled_here_;
  const std::shared_ptr<Wire> wire_;
  const OnWork on_work_;
  StreamCounters* const counters_;
  mutable Mutex mutex_;
  const std::unique_ptr<Session> session_ ABSL_PT_GUARDED_BY(mutex_);
  uint64_t messages_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t waiting_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  size_t waiting_works_ ABSL_GUARDED_BY(mutex_) = 0;
  bool paused_ ABSL_GUARDED_BY(mutex_) = false;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
};
using ConnectionPtr = std::shared_ptr<Connection>;

// What a piece of work holds in memory.
size_t BytesOf(const Work& work);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_CONNECTION_H_

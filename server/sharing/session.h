// One stream with one peer: what is said on it, in both directions. A core: no
// gRPC, no threads, no clock. Messages come in by Receive() and go out by Next(),
// one at a time; what needs the database or takes long comes out as Work.
#ifndef SERVER_SHARING_SESSION_H_
#define SERVER_SHARING_SESSION_H_

#include <deque>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/receiver.h"
#include "server/sharing/supplier.h"
#include "server/sharing/work.h"

namespace maillage::sharing {

inline constexpr uint32_t kProtocol = 1;

// Not thread safe.
class Session {
 public:
  Session(const NodeId& self, const NodeId& peer, v1::Signed node_descriptor,
          PublicationSource latest, size_t large_run_entries = kLargeRunEntries);

  const NodeId& peer() const { return peer_; }
  // Whether the peer has said its Hello.
  bool is_open() const { return open_; }

  // Takes a message. INVALID_ARGUMENT (BAD_PROTOCOL, FLOODED) breaks the
  // stream; anything that is wrong with one share is that share's affair.
  absl::Status Receive(v1::SyncMessage message, std::vector<Work>* work);
  // The next message to send; false where there is none for now. Errors are
  // those of reading.
  absl::StatusOr<bool> Next(v1::SyncMessage* message);

  // The own NodeDescriptor has changed: it goes before all that follows.
  void ShowNode(const v1::Signed& node_descriptor);
  // What may be served has changed: offers follow.
  void SetOfferings(std::shared_ptr<const Offerings> offerings);
  // A share has a newer publication.
  void Published(const ShareKey& key) { supplier_.Published(key); }
  // Asks the peer for a share after what is held of it, or no longer.
  void Want(const ShareKey& key, Receiver::Held held);
  void Unwant(const ShareKey& key);
  // Asks what the peer holds of the shares of this node, which has lost them.
  void WantOwn() { Receiver::WantOwn(self_, &outbox_); }
  // A finished run is durable.
  void Ack(const ShareKey& key, const Cursor& cursor);

  // Sends a request of a comparison.
  void Compare(v1::CompareRequest request);

  // Whether the peer has still to take what was said, or what it asked for.
  bool HasToSend() const { return !outbox_.empty() || supplier_.HasToSend(); }

  const Supplier& supplier() const { return supplier_; }
  const Receiver& receiver() const { return receiver_; }

 private:
  absl::Status ReceiveBody(v1::SyncMessage message, std::vector<Work>* work);
  void ReceiveWant(const v1::Want& want, std::vector<Work>* work);
  absl::Status ReceiveHello(v1::Hello* hello, std::vector<Work>* work);

  const NodeId self_;
  const NodeId peer_;
  bool open_ = false;
  std::string shown_;  // payload of the NodeDescriptor that was said last
  Supplier supplier_;
  Receiver receiver_;
  std::deque<v1::SyncMessage> outbox_;  // goes before runs
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SESSION_H_

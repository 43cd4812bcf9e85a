// When each partner is dialled, and at which of its endpoints: at growing and
// uneven intervals, which start anew once a stream has lasted. A core: no threads,
// no clock.
#ifndef SERVER_RPC_DIAL_SCHEDULE_H_
#define SERVER_RPC_DIAL_SCHEDULE_H_

#include <cstddef>
#include <map>
#include <optional>

#include "absl/time/time.h"
#include "client/base/ids.h"
#include "client/retry.h"

namespace maillage::rpc {

// Not thread safe.
class DialSchedule {
 public:
  // Whether it is to be dialled now.
  bool IsDue(const NodeId& node, absl::Time now) { return PeerOf(node).due <= now; }
  absl::Time Due(const NodeId& node) { return PeerOf(node).due; }
  // It is being dialled; returns which of its endpoints is its turn.
  size_t Dialled(const NodeId& node, absl::Time now);
  // A stream opened.
  void Opened(const NodeId& node, absl::Time now) { PeerOf(node).opened = now; }
  // The stream, or the attempt, is over.
  void Ended(const NodeId& node, absl::Time now);
  // It is dialled now if it is not connected: something about it has changed.
  void DialNow(const NodeId& node);
  void DialAllNow();

 private:
  struct Peer {
    Peer();
    client::Backoff backoff;
    absl::Time due = absl::InfinitePast();
    size_t endpoint = 0;
    std::optional<absl::Time> opened;
  };
  Peer& PeerOf(const NodeId& node) { return peers_[node]; }

  std::map<NodeId, Peer> peers_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_DIAL_SCHEDULE_H_

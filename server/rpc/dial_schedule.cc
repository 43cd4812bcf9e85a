#include "server/rpc/dial_schedule.h"

#include <algorithm>

namespace maillage::rpc {
namespace {

constexpr absl::Duration kFirstPause = absl::Milliseconds(200);
constexpr absl::Duration kLongestPause = absl::Seconds(10);
// A partner that takes streams and drops them at once is not to be dialled as if
// all were well.
constexpr absl::Duration kLasting = absl::Seconds(10);

client::RetryPolicy Pauses() {
  client::RetryPolicy policy;
  policy.initial = kFirstPause;
  policy.max = kLongestPause;
  return policy;
}

}  // namespace

DialSchedule::Peer::Peer() : backoff(Pauses()) {}

size_t DialSchedule::Dialled(const NodeId& node, absl::Time now) {
  Peer& peer = PeerOf(node);
  peer.opened.reset();
  // In case that nobody tells how it ended.
  peer.due = now + kLongestPause;
  return peer.endpoint++;
}

void DialSchedule::Ended(const NodeId& node, absl::Time now) {
  Peer& peer = PeerOf(node);
  if (peer.opened.has_value() && now - *peer.opened >= kLasting) peer.backoff.Reset();
  peer.opened.reset();
  peer.due = now + peer.backoff.Next();
}

void DialSchedule::DialNow(const NodeId& node) {
  const auto peer = peers_.find(node);
  if (peer == peers_.end()) return;
  peer->second.due = absl::InfinitePast();
  peer->second.backoff.Reset();
}

void DialSchedule::DialAllNow() {
  for (auto& [node, peer] : peers_) DialNow(node);
}

}  // namespace maillage::rpc

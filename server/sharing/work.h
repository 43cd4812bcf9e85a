// What a stream brings that needs the database or takes long.
#ifndef SERVER_SHARING_WORK_H_
#define SERVER_SHARING_WORK_H_

#include <cstdint>
#include <memory>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/status.h"
#include "client/base/ids.h"
#include "maillage/v1/signed.pb.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/incoming_run.h"

namespace maillage::sharing {

// The peer said who it is: its newest NodeDescriptor.
struct PeerHello {
  v1::Signed node_descriptor;
};
// The peer offers a share, or tells its newer terms.
struct PeerOffer {
  v1::Offer offer;
};
// The peer could serve this Head of a share that is not taken from it; or it holds
// this Head of a share of this node.
struct PeerNotice {
  v1::Signed head;
};
// The peer holds a share durably up to a seq.
struct PeerAck {
  ShareKey key;
  uint64_t seq;
};
// A part of a large run, which is not held in memory.
struct StagedPart {
  std::shared_ptr<const IncomingRun> run;
  uint64_t after = 0;  // the seq before its first entry
  std::vector<IncomingEntry> entries;
  size_t bytes = 0;
};
// A run that is whole, to be judged, with what was not staged of it.
struct FinishedRun {
  std::shared_ptr<const IncomingRun> run;
  v1::Signed head;
};
// A share that went wrong, to be quarantined. The peer is no longer asked for it.
struct FailedShare {
  ShareKey key;
  absl::Status why;
};
// What the peer asked, or said, was refused; to be counted.
struct PeerRefused {
  std::string reason;  // UPPER_SNAKE_CASE
};
// The origin's log is another one than that of the copy here, which is to be
// compared with it. The share is no longer asked for.
struct ChangedLog {
  ShareKey key;
};
// A part of the answer to a comparison's request.
struct PeerAnswer {
  v1::CompareAnswer answer;
};
// The peer has offered all that it holds of this node's own shares.
struct OwnOffersEnd {};

// In the order in which it was received.
using Work = std::variant<PeerHello, PeerOffer, PeerNotice, PeerAck, StagedPart, FinishedRun,
                          FailedShare, PeerRefused, ChangedLog, PeerAnswer, OwnOffersEnd>;

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_WORK_H_

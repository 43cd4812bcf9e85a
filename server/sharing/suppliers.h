// From whom each share is taken: its origin where there is a stream with it, else
// the member that shows the freshest Head. Who serves what cannot be proved, or
// stands still while others go on, is named and passed over for a while. A core:
// no threads, no clock.
#ifndef SERVER_SHARING_SUPPLIERS_H_
#define SERVER_SHARING_SUPPLIERS_H_

#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/share_key.h"

namespace maillage::sharing {

// Incarnation, seq, descriptor version, issue time: the larger is the newer.
using HeadOrder = std::tuple<std::string, uint64_t, uint64_t, absl::Time>;
HeadOrder OrderOf(const v1::Head& head);

// A supplier may be this much later than another that shows a newer Head.
inline constexpr absl::Duration kSupplierGrace = absl::Seconds(30);

// FAILED_PRECONDITION (FROZEN): what such a supplier is named for.
absl::Status Frozen();

// Not thread safe.
class Suppliers {
 public:
  struct Fault {
    std::string reason;   // UPPER_SNAKE_CASE
    std::string message;  // in one sentence
    std::string mend;     // in another, or nothing
    uint32_t failures = 0;
    absl::Time since;  // when it was found out last
    absl::Time until;  // passed over until then
  };
  struct Source {
    uint64_t stream = 0;  // on which it offers
    HeadOrder head;       // newest that it showed, or served
    std::optional<Fault> fault;
  };

  // A peer offers a share on a stream, with the newest Head it can serve.
  void Offered(const ShareKey& key, const NodeId& peer, uint64_t stream, const HeadOrder& head);
  // It showed a newer Head, or served one that was proved, which ends its fault.
  void Showed(const ShareKey& key, const NodeId& peer, const HeadOrder& head);
  void Served(const ShareKey& key, const NodeId& peer, const HeadOrder& head);
  // What it served was refused; `pause` is how long it is passed over.
  void Blame(const ShareKey& key, const NodeId& peer, const absl::Status& why, absl::Time now,
             absl::Duration pause);
  // The stream is over; returns the shares that were taken on it.
  std::vector<ShareKey> Gone(const NodeId& peer, uint64_t stream);
  // The peer offers the share no longer.
  void Withdrawn(const ShareKey& key, const NodeId& peer);

  // Whom to take the share from now, nobody where nobody offers it. The present
  // supplier stays while it is as fresh as the others, or not later than the
  // grace allows.
  std::optional<NodeId> Choose(const ShareKey& key, absl::Time now);
  // As chosen last.
  std::optional<NodeId> Current(const ShareKey& key) const;
  // All who offer it, by node id.
  std::map<NodeId, Source> SourcesOf(const ShareKey& key) const;

 private:
  struct Share {
    std::map<NodeId, Source> sources;
    std::optional<NodeId> current;
    std::optional<absl::Time> behind_since;  // of `current`
  };

  std::optional<NodeId> Freshest(const Share& share, absl::Time now) const;
  // Whether the present supplier may stay although `other` is fresher.
  bool MayStay(Share* share, const NodeId& other, absl::Time now) const;

  std::map<ShareKey, Share> shares_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SUPPLIERS_H_

// What a node may serve: its own shares, and those of partners that it holds.
#ifndef SERVER_SHARING_OFFERING_H_
#define SERVER_SHARING_OFFERING_H_

#include <memory>
#include <vector>

#include "client/base/ids.h"
#include "maillage/v1/signed.pb.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/own_share.h"
#include "server/sharing/share_key.h"

namespace maillage::sharing {

// One share with its newest terms; never changes.
struct Offering {
  ShareKey key;
  std::shared_ptr<const v1::ShareDescriptor> descriptor;
  v1::Signed signed_descriptor;
  // Version since which filter and view are these.
  uint64_t scope_version = 0;
  // NodeDescriptor of the origin; unset for own shares.
  v1::Signed origin_descriptor;
  // Who was a member once: is told the newest terms, so as to drop the share.
  std::vector<NodeId> former_members;
  // Nothing is served any more.
  bool deleted = false;
  // The origin, this node, recovers: nothing is served yet.
  bool recovering = false;

  // Whether the peer is to be told of the terms: by the origin, or by a member
  // of a share that members may relay.
  bool IsOfferedTo(const NodeId& peer, const NodeId& self) const;
  // Whether the peer may be given the records. A holder gives an origin its own.
  bool IsServedTo(const NodeId& peer, const NodeId& self) const;
};

// In order of keys, links last: who wants a link has heard of all else.
using Offerings = std::vector<Offering>;

// Own shares; never fails, as what was stored was checked.
Offerings OfferingsOf(const NodeId& self, const ShareSet& shares);
// Puts links last, each part in order of keys.
void SortOfferings(Offerings* offerings);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_OFFERING_H_

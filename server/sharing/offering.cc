#include "server/sharing/offering.h"

#include <algorithm>
#include <tuple>

namespace maillage::sharing {

bool Offering::IsOfferedTo(const NodeId& peer, const NodeId& self) const {
  if (key.origin == peer || (key.origin != self && !descriptor->relayable())) return false;
  return NamesMember(*descriptor, peer) ||
         std::find(former_members.begin(), former_members.end(), peer) != former_members.end();
}

bool Offering::IsServedTo(const NodeId& peer, const NodeId& self) const {
  if (deleted) return false;
  if (key.origin == peer) return true;
  return (key.origin == self || descriptor->relayable()) && NamesMember(*descriptor, peer);
}

Offerings OfferingsOf(const NodeId& self, const ShareSet& shares) {
  Offerings offerings;
  for (const auto& [id, share] : shares.shares) {
    Offering& offering = offerings.emplace_back();
    offering.key = {self, id};
    offering.descriptor = {share, &share->descriptor};
    offering.signed_descriptor = share->stored.share_descriptor();
    const auto& former = share->stored.former_members();
    offering.former_members = std::vector<NodeId>(former.begin(), former.end());
    offering.scope_version = share->stored.scope_version();
    offering.deleted = share->stored.deleted();
  }
  SortOfferings(&offerings);
  return offerings;
}

void SortOfferings(Offerings* offerings) {
  std::sort(offerings->begin(), offerings->end(), [](const Offering& a, const Offering& b) {
    return std::forward_as_tuple(a.descriptor->link(), a.key) <
           std::forward_as_tuple(b.descriptor->link(), b.key);
  });
}

}  // namespace maillage::sharing

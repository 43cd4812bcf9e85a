#include "server/broadcast/cascade/participation.h"

namespace maillage::broadcast {

void Participation::TakeGrants(const CascadeTags& tags) {
  for (const CascadeTag& tag : tags) {
    if (claimed_.contains(tag) && !released_.contains(tag)) granted_.insert(tag);
  }
}

CascadeTags Participation::GiveUp(const CascadeTags& left) {
  for (const CascadeTag& tag : claimed_) {
    if (left.contains(tag)) continue;
    released_.insert(tag);
    granted_.erase(tag);
  }
  return released_;
}

}  // namespace maillage::broadcast

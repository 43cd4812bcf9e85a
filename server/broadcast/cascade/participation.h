// A node's part in a cascade: whom it may mail. No I/O, no clock.
//
// As in settlement.h, sets only grow, so that repeats and another order of
// messages change nothing.
#ifndef SERVER_BROADCAST_CASCADE_PARTICIPATION_H_
#define SERVER_BROADCAST_CASCADE_PARTICIPATION_H_

#include <utility>

#include "server/broadcast/cascade/tags.h"

namespace maillage::broadcast {

// Not thread safe.
class Participation {
 public:
  explicit Participation(CascadeTags claimed) : claimed_(std::move(claimed)) {}

  // Grants of the issuer; what was not claimed here, or was released, is of no use.
  void TakeGrants(const CascadeTags& tags);
  bool MayMail(const CascadeTag& tag) const { return granted_.contains(tag); }
  const CascadeTags& granted() const { return granted_; }

  // Gives up: returns the tags to sign away, which are all but those in `left`,
  // to whom a mail has left or may have. Grants that come later change nothing.
  CascadeTags GiveUp(const CascadeTags& left);

 private:
  const CascadeTags claimed_;
  CascadeTags granted_;
  CascadeTags released_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CASCADE_PARTICIPATION_H_

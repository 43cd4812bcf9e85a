// Who mails whom: what the issuer of a cascade decides. No I/O, no clock.
//
// All that is learnt are sets that only grow, so repeats and another order of
// messages change nothing, and the state is again what it was once all rows are
// taken anew. Each tag has one holder: the first in the order that claimed it as of
// its own directory, else the first to which it is shared.
// It loses the tag by its own word alone, that no mail has left nor will; a node
// that is silent keeps what it holds.
#ifndef SERVER_BROADCAST_CASCADE_SETTLEMENT_H_
#define SERVER_BROADCAST_CASCADE_SETTLEMENT_H_

#include <cstdint>
#include <set>
#include <vector>

#include "server/broadcast/cascade/tags.h"

namespace maillage::broadcast {

// Not thread safe.
class Settlement {
 public:
  // Participants are known by their place in the order of the terms.
  explicit Settlement(size_t participants) : nodes_(participants) {}

  // Part `part` of `parts` of whom a node knows: in its own directory, and because
  // another node shares them with it. Nothing is granted to a node before its claims
  // are whole; who objected counts at once.
  struct Claims {
    uint32_t part = 0;
    uint32_t parts = 1;
    CascadeTags tags = {};
    CascadeTags held = {};
    CascadeTags objected = {};
  };
  void TakeClaims(size_t node, const Claims& claims);
  // It will mail none of these, and has not; without tags: it declined.
  void TakeRelease(size_t node, const CascadeTags& tags);
  // What was decided before, from its rows.
  void TakeGrants(size_t node, const CascadeTags& tags);

  // Whether each node has claimed or declined.
  bool AllAnswered() const;
  // What a node said, and was told.
  struct Standing {
    bool claimed = false;
    bool declined = false;
    size_t tags = 0;     // claimed, those held included
    size_t granted = 0;  // and not released
    size_t objected = 0;
  };
  Standing StandingOf(size_t node) const;
  // Whether so many objected at a node, and more than it claims, that an officer
  // should look. Until its objections are ignored nobody mails these people.
  bool NeedsReview(size_t node) const;
  void IgnoreObjections(size_t node);

  // Grants whatever was claimed and has no holder, and returns that, by node. To
  // be asked once all answered, or the time to claim is over; later again, for
  // what came late. What it returns holds: it must be stored before it is told.
  std::vector<CascadeTags> Decide();

 private:
  struct Node {
    std::set<uint32_t> parts;
    uint32_t part_count = 0;  // 0: nothing came
    CascadeTags claimed;
    CascadeTags held;
    CascadeTags objected;
    CascadeTags released;
    CascadeTags granted;
    bool answered = false;  // by a release
    bool ignored = false;   // its objections

    bool IsWhole() const { return part_count > 0 && parts.size() == part_count; }
  };

  CascadeTags Closed() const;
  // Grants each whole node what of its `kind` is not closed, and closes it.
  void GrantFrom(CascadeTags Node::*kind, CascadeTags* closed, std::vector<CascadeTags>* grants);

  std::vector<Node> nodes_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CASCADE_SETTLEMENT_H_

// Who mails whom: what the issuer of a cascade decides. No I/O, no clock.
//
// All that is learnt are sets that only grow, so repeats and another order of
// messages change nothing, and the state is again what it was once all rows are
// taken anew. Each tag has one holder: the first in the order that claimed it.
// It loses the tag by its own word alone, that no mail has left nor will; a node
// that is silent keeps what it holds.
#ifndef SERVER_BROADCAST_CASCADE_SETTLEMENT_H_
#define SERVER_BROADCAST_CASCADE_SETTLEMENT_H_

#include <cstdint>
#include <map>
#include <vector>

#include "server/broadcast/cascade/tags.h"

namespace maillage::broadcast {

// Not thread safe.
class Settlement {
 public:
  // Participants are known by their place in the order of the terms.
  explicit Settlement(size_t participants) : nodes_(participants) {}

  // Part `part` of `parts` of whom a node knows. Nothing is granted to a node
  // before its claims are whole; who objected counts at once.
  void TakeClaims(size_t node, uint32_t part, uint32_t parts, const CascadeTags& tags,
                  const CascadeTags& objected);
  // It will mail none of these, and has not; without tags: it declined.
  void TakeRelease(size_t node, const CascadeTags& tags);
  // What was decided before, from its rows.
  void TakeGrants(size_t node, const CascadeTags& tags);

  // Whether each node has claimed or declined.
  bool AllAnswered() const;
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
    std::map<uint32_t, CascadeTags> parts;
    uint32_t part_count = 0;  // 0: nothing came
    CascadeTags objected;
    CascadeTags released;
    CascadeTags granted;
    bool answered = false;  // by a release
    bool ignored = false;   // its objections

    bool IsWhole() const { return part_count > 0 && parts.size() == part_count; }
  };

  CascadeTags Closed() const;

  std::vector<Node> nodes_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CASCADE_SETTLEMENT_H_

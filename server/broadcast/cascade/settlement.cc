#include "server/broadcast/cascade/settlement.h"

#include <algorithm>
#include <iterator>

namespace maillage::broadcast {
namespace {

// Fewer objections than this are never too many.
constexpr size_t kFewObjections = 100;

void AddAll(const CascadeTags& more, CascadeTags* tags) { tags->insert(more.begin(), more.end()); }

}  // namespace

void Settlement::TakeClaims(size_t node, const Claims& claims) {
  Node& claiming = nodes_.at(node);
  AddAll(claims.objected, &claiming.objected);
  if (claims.part >= claims.parts) return;
  // The first word on how many parts there are counts, and the first on each part.
  if (claiming.part_count == 0) claiming.part_count = claims.parts;
  if (claims.parts != claiming.part_count || !claiming.parts.insert(claims.part).second) return;
  AddAll(claims.tags, &claiming.claimed);
  AddAll(claims.held, &claiming.held);
}

void Settlement::TakeRelease(size_t node, const CascadeTags& tags) {
  nodes_.at(node).answered = true;
  AddAll(tags, &nodes_[node].released);
}

void Settlement::TakeGrants(size_t node, const CascadeTags& tags) {
  AddAll(tags, &nodes_.at(node).granted);
}

bool Settlement::AllAnswered() const {
  return std::all_of(nodes_.begin(), nodes_.end(),
                     [](const Node& node) { return node.answered || node.IsWhole(); });
}

Settlement::Standing Settlement::StandingOf(size_t node) const {
  const Node& one = nodes_.at(node);
  Standing standing{one.IsWhole(), one.answered, one.claimed.size(), 0, one.objected.size()};
  for (const CascadeTag& tag : one.held) standing.tags += one.claimed.contains(tag) ? 0 : 1;
  for (const CascadeTag& tag : one.granted) standing.granted += one.released.contains(tag) ? 0 : 1;
  return standing;
}

bool Settlement::NeedsReview(size_t node) const {
  const Node& one = nodes_.at(node);
  return !one.ignored &&
         one.objected.size() > std::max(kFewObjections, one.claimed.size() + one.held.size());
}

void Settlement::IgnoreObjections(size_t node) { nodes_.at(node).ignored = true; }

// Those who have a holder, and those whom nobody may mail.
CascadeTags Settlement::Closed() const {
  CascadeTags closed;
  for (const Node& node : nodes_) {
    std::set_difference(node.granted.begin(), node.granted.end(), node.released.begin(),
                        node.released.end(), std::inserter(closed, closed.end()));
    if (!node.ignored) AddAll(node.objected, &closed);
  }
  return closed;
}

void Settlement::GrantFrom(CascadeTags Node::*kind, CascadeTags* closed,
                           std::vector<CascadeTags>* grants) {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    Node& node = nodes_[i];
    if (!node.IsWhole()) continue;
    for (const CascadeTag& tag : node.*kind) {
      if (node.released.contains(tag) || !closed->insert(tag).second) continue;
      (*grants)[i].insert(tag);
      node.granted.insert(tag);
    }
  }
}

std::vector<CascadeTags> Settlement::Decide() {
  CascadeTags closed = Closed();
  std::vector<CascadeTags> grants(nodes_.size());
  GrantFrom(&Node::claimed, &closed, &grants);
  GrantFrom(&Node::held, &closed, &grants);
  return grants;
}

}  // namespace maillage::broadcast

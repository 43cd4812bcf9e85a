#include "server/broadcast/cascade/settlement.h"

#include <algorithm>
#include <iterator>

namespace maillage::broadcast {
namespace {

// Fewer objections than this are never too many.
constexpr size_t kFewObjections = 100;

void AddAll(const CascadeTags& more, CascadeTags* tags) { tags->insert(more.begin(), more.end()); }

}  // namespace

void Settlement::TakeClaims(size_t node, uint32_t part, uint32_t parts, const CascadeTags& tags,
                            const CascadeTags& objected) {
  Node& claiming = nodes_.at(node);
  AddAll(objected, &claiming.objected);
  if (part >= parts) return;
  // The first word on how many parts there are counts.
  if (claiming.part_count == 0) claiming.part_count = parts;
  if (parts == claiming.part_count) claiming.parts.emplace(part, tags);
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

bool Settlement::NeedsReview(size_t node) const {
  const Node& one = nodes_.at(node);
  size_t claimed = 0;
  for (const auto& [part, tags] : one.parts) claimed += tags.size();
  return !one.ignored && one.objected.size() > std::max(kFewObjections, claimed);
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

std::vector<CascadeTags> Settlement::Decide() {
  CascadeTags closed = Closed();
  std::vector<CascadeTags> grants(nodes_.size());
  for (size_t i = 0; i < nodes_.size(); ++i) {
    Node& node = nodes_[i];
    if (!node.IsWhole()) continue;
    for (const auto& [part, tags] : node.parts) {
      for (const CascadeTag& tag : tags) {
        if (node.released.contains(tag) || !closed.insert(tag).second) continue;
        grants[i].insert(tag);
      }
    }
    AddAll(grants[i], &node.granted);
  }
  return grants;
}

}  // namespace maillage::broadcast

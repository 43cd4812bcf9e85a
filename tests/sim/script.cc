#include "tests/sim/script.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace maillage::sim {
namespace {

constexpr absl::Duration kLongestPause = absl::Milliseconds(900);

struct Weight {
  Deed deed;
  int weight;
};

// What people do.
constexpr Weight kWork[] = {
    {Deed::kCreate, 22},     {Deed::kChange, 22}, {Deed::kDelete, 7},  {Deed::kErase, 7},
    {Deed::kShare, 7},       {Deed::kUnshare, 3}, {Deed::kTerms, 7},   {Deed::kSubscribe, 13},
    {Deed::kUnsubscribe, 3}, {Deed::kSend, 9},    {Deed::kUnpair, 1},  {Deed::kPair, 2},
    {Deed::kDay, 2},         {Deed::kRotate, 1},  {Deed::kSuggest, 5}, {Deed::kDecide, 4},
};
// What goes wrong, and how often; that nobody is hostile or crashes is drawn
// first.
constexpr Weight kFaults[] = {
    {Deed::kInterleave, 6}, {Deed::kCut, 6}, {Deed::kPartition, 2}, {Deed::kClock, 1}};

std::vector<Weight> Draw(Random* random) {
  std::vector<Weight> deeds(std::begin(kWork), std::end(kWork));
  deeds.insert(deeds.end(), std::begin(kFaults), std::end(kFaults));
  if (random->Chance(0.8)) deeds.push_back({Deed::kCrash, 5});
  if (random->Chance(0.2)) deeds.push_back({Deed::kMonth, 1});
  if (random->Chance(0.3)) deeds.push_back({Deed::kDamage, 3});
  static constexpr int kHostile[] = {0, 5, 15, 40};
  deeds.push_back({Deed::kTamper, kHostile[random->Below(std::size(kHostile))]});
  return deeds;
}

Deed PickDeed(const std::vector<Weight>& deeds, Random* random) {
  int total = 0;
  for (const Weight& each : deeds) total += each.weight;
  auto roll = static_cast<int>(random->Below(total));
  for (const Weight& each : deeds) {
    roll -= each.weight;
    if (roll < 0) return each.deed;
  }
  return Deed::kCreate;
}

Script Without(const Script& script, size_t first, size_t count) {
  Script rest = script;
  const auto at = rest.operations.begin() + static_cast<int64_t>(first);
  rest.operations.erase(at, at + static_cast<int64_t>(count));
  return rest;
}

}  // namespace

Script ScriptOf(uint64_t seed) {
  Random random(seed * 0x9e3779b97f4a7c15 + 1);
  Script script;
  script.seed = seed;
  script.nodes = 3 + random.Below(2);
  script.hub = random.Chance(0.3);
  const size_t length = 60 + random.Below(300);
  const std::vector<Weight> deeds = Draw(&random);
  for (size_t i = 0; i < length; ++i) {
    Operation operation;
    operation.deed = PickDeed(deeds, &random);
    operation.node = random.Below(script.nodes);
    operation.pause = random.UpTo(kLongestPause);
    operation.chance = random.Next();
    script.operations.push_back(operation);
  }
  return script;
}

Script Shrink(Script script, const std::function<bool(const Script&)>& fails, int tries) {
  size_t chunk = std::max<size_t>(1, script.operations.size() / 2);
  while (tries > 0) {
    bool smaller = false;
    for (size_t end = script.operations.size(); end > 0 && tries > 0;) {
      const size_t first = end > chunk ? end - chunk : 0;
      Script rest = Without(script, first, end - first);
      end = first;
      --tries;
      if (!fails(rest)) continue;
      script = std::move(rest);
      smaller = true;
    }
    if (!smaller && chunk == 1) break;
    if (!smaller) chunk = std::max<size_t>(1, chunk / 2);
  }
  return script;
}

}  // namespace maillage::sim

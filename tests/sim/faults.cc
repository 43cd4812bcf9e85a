// What goes wrong in a simulation, at random.
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/sim/simulation.h"

namespace maillage::sim {
namespace {

constexpr absl::Duration kLongestPartition = absl::Seconds(60);
constexpr int kMostTampered = 8;

}  // namespace

void Simulation::GoWrong(const Operation& operation) {
  const size_t node = operation.node;
  switch (operation.deed) {
    case Deed::kDay:
      return PassDay(node);
    case Deed::kCrash:
      return Crash(node);
    case Deed::kInterleave:
      interleave_[node] = static_cast<int>(random_.Below(6));
      return;
    case Deed::kCut:
      Note(node, "cut one of the streams");
      return network_->CutOne(random_);
    case Deed::kPartition:
      return Divide(node);
    case Deed::kClock:
      return JumpClock(node);
    default: {
      const int messages = 1 + static_cast<int>(random_.Below(kMostTampered));
      Note(node, absl::StrCat("tamper with the next ", messages, " messages"));
      return network_->Tamper(node, messages, random_);
    }
  }
}

void Simulation::Crash(size_t node) {
  Disk& disk = nodes_[node]->disk();
  disk.last_is_kept = random_.Chance(0.5);
  disk.commits_to_live = static_cast<int>(random_.Below(6));
  if (random_.Chance(0.3)) disk.dead = true;
  Note(node, absl::StrCat("crash soon, after ", disk.commits_to_live, " commits"));
}

// Between what a transaction was made from and its commit somebody changes
// something: whoever made it must look again.
void Simulation::Interleave(size_t node) {
  const auto soon = interleave_.find(node);
  if (!chaos_ || inside_ || soon == interleave_.end() || soon->second-- > 0) return;
  interleave_.erase(soon);
  inside_ = true;
  Step(absl::StrCat("node ", node, " in between"));
  const uint64_t roll = random_.Below(4);
  if (roll < 2) Change(node);
  if (roll >= 2) Remove(node, /*erase=*/roll == 3);
  inside_ = false;
}

// For a while the node, and perhaps another one with it, reaches nobody else.
void Simulation::Divide(size_t node) {
  std::set<size_t> side = {node};
  if (random_.Chance(0.5)) side.insert(random_.Below(nodes_.size()));
  const absl::Duration time = random_.UpTo(kLongestPartition);
  Note(node, absl::StrCat("divide ", side.size(), " from the others for ",
                          absl::ToInt64Seconds(time), " s"));
  network_->Divide(std::move(side));
  scheduler_.After(time, [this] { network_->Heal(); });
}

void Simulation::JumpClock(size_t node) {
  // What is far ahead is believed by nobody for as long.
  static const absl::Duration kAhead[] = {
      absl::ZeroDuration(), absl::ZeroDuration(), absl::Minutes(5),  absl::Minutes(9),
      absl::Minutes(11),    absl::Hours(48),      -absl::Minutes(5), -absl::Hours(48)};
  const absl::Duration ahead = kAhead[random_.Below(std::size(kAhead))];
  Note(node, absl::StrCat("clock jumps to ", absl::FormatDuration(ahead), " ahead"));
  nodes_[node]->set_ahead(ahead);
}

void Simulation::PassDay(size_t node) {
  Note(node, "a day goes by");
  scheduler_.Skip(absl::Hours(24));
  for (size_t other = 0; other < nodes_.size(); ++other) {
    if (IsUp(other)) nodes_[other]->Renew();
  }
}

}  // namespace maillage::sim

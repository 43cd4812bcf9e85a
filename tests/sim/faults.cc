// What goes wrong in a simulation, at random.
#include <iterator>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/storage/schema.h"
#include "tests/sim/simulation.h"

namespace maillage::sim {
namespace {

constexpr absl::Duration kLongestPartition = absl::Seconds(60);
constexpr int kMostTampered = 8;
constexpr int kMonth = 33;
constexpr absl::Duration kShortDay = absl::Seconds(2);

}  // namespace

void Simulation::GoWrong(const Operation& operation) {
  const size_t node = operation.node;
  switch (operation.deed) {
    case Deed::kDay:
      Note(node, "a day goes by");
      return PassDay();
    case Deed::kMonth:
      Note(node, "month begins");
      if (days_left_ == 0) PassDays(kMonth);
      return;
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
    case Deed::kDamage:
      return Damage(node);
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

void Simulation::PassDay() {
  scheduler_.Skip(absl::Hours(24));
  for (size_t other = 0; other < nodes_.size(); ++other) {
    if (!IsUp(other)) continue;
    nodes_[other]->Renew();
    nodes_[other]->Tend();
  }
}

// One after the other, while all else goes on.
void Simulation::PassDays(int days) {
  days_left_ = days;
  if (days == 0) return;
  scheduler_.After(kShortDay, [this, days] {
    if (!chaos_) return;
    PassDay();
    PassDays(days - 1);
  });
}

// Rows of a copy's tree are lost or changed, as by a failing disk. Somebody looks,
// or nobody does until a run does not fit.
void Simulation::Damage(size_t node) {
  for (const auto& [id, share] : model_.shares) {
    const sharing::ShareKey key{nodes_[share.origin]->id(), id};
    if (share.origin == node || random_.Chance(0.5)) continue;
    if (!StoredShareOf(*nodes_[node], key.origin, id).has_head()) continue;
    Rows& rows = nodes_[node]->disk().Change(storage::Family::kTree);
    const std::string prefix = storage::TreePrefix(key.origin, id);
    std::vector<std::string> keys;
    for (auto row = rows.lower_bound(prefix);
         row != rows.end() && absl::StartsWith(row->first, prefix); ++row) {
      keys.push_back(row->first);
    }
    if (keys.empty()) return;
    const std::string& hit = random_.Pick(keys);
    Note(node, absl::StrCat("damage ", share.title));
    model_.damaged.insert({node, id});
    if (random_.Chance(0.5)) {
      rows[hit].back() ^= 1;
    } else {
      rows.erase(hit);
    }
    if (random_.Chance(0.5)) nodes_[node]->streams()->Repair(key, [](const auto&, const auto&) {});
    return;
  }
}

// As `sync verify --repair` does.
void Simulation::Repair() {
  for (const auto& [node, id] : model_.damaged) {
    const NodeId& origin = nodes_[model_.shares.at(id).origin]->id();
    if (!StoredShareOf(*nodes_[node], origin, id).has_head()) continue;
    nodes_[node]->streams()->Repair({origin, id}, [](const auto&, const auto&) {});
  }
  if (!RunUntil(scheduler_.Now() + absl::Minutes(2))) return;
  for (const auto& [node, id] : model_.damaged) model_.repaired.insert(node);
  model_.damaged.clear();
}

}  // namespace maillage::sim

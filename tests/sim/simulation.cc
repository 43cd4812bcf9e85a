#include "tests/sim/simulation.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace maillage::sim {
namespace {

constexpr size_t kLastSteps = 50;
constexpr absl::Duration kDialPause = absl::Milliseconds(400);
constexpr absl::Duration kRest = absl::Minutes(10);
constexpr absl::Duration kDowntime = absl::Seconds(4);
constexpr absl::Duration kClocksRight = absl::Hours(24 * 3);

}  // namespace

Simulation::Simulation(const Options& options)
    : options_(options),
      scheduler_(options.script.seed),
      random_(0),
      plant_random_(scheduler_.Stream("plant")) {
  RemoveDisks();
  MakeNodes(options.script.nodes);
  std::vector<Host*> hosts;
  for (const auto& node : nodes_) hosts.push_back(node.get());
  Network::Listener listener;
  listener.violation = [this](const std::string& what) { Violation(what); };
  listener.step = [this](const std::string& line) { Step(line); };
  listener.says = [this](size_t from, size_t to, const v1::SyncMessage& message) {
    Says(from, to, message);
  };
  listener.delivers = [this](size_t to, size_t from, const v1::SyncMessage& message) {
    ApplyEarly(to, from, message);
    if (message.has_offer()) oracle_->Offered(to, message.offer().share_descriptor());
  };
  network_ = std::make_unique<Network>(&scheduler_, hosts, std::move(listener));
  oracle_ = std::make_unique<Oracle>(&model_, &nodes_, &scheduler_,
                                     [this](const std::string& what) { Violation(what); });
}

void Simulation::MakeNodes(size_t count) {
  model_.records.resize(count);
  for (size_t i = 0; i < count; ++i) {
    SimNode::Hooks hooks;
    hooks.log = [this, i](const std::string& line) { Log(i, line); };
    hooks.violation = [this](const std::string& what) { Violation(what); };
    hooks.published = [this, i](const sharing::PublicationPtr& p) { oracle_->Published(i, p); };
    hooks.handler = [this, i](const NodeId&, const RecordId&, const v1::LinkMessage& message,
                              storage::Transaction* t) { return Handle(i, message, t); };
    nodes_.push_back(std::make_unique<SimNode>(&scheduler_, i, std::move(hooks)));
  }
}

Simulation::~Simulation() {
  network_->CutAll();
  for (size_t i = 0; i < nodes_.size(); ++i) {
    network_->Down(i);
    if (nodes_[i]->is_up()) nodes_[i]->Crash();
  }
  nodes_.clear();
  RemoveDisks();
}

Outcome Simulation::Run() {
  for (auto& node : nodes_) node->Start();
  for (auto& node : nodes_) {
    for (auto& other : nodes_) {
      if (node != other) node->Pair(*other);
    }
  }
  for (size_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i]->disk().after_commit = [this, i](const storage::Batch& batch) {
      oracle_->Committed(i, batch);
    };
    nodes_[i]->disk().before_commit = [this, i] { Interleave(i); };
    PlantFault(i);
  }
  Connect();
  OperateLater();
  bool good = true;
  while (good && next_ < options_.script.operations.size())
    good = RunUntil(scheduler_.Now() + absl::Seconds(1));
  if (good) Rest();
  outcome_.tampered = network_->tampered();
  outcome_.last_steps.assign(steps_.begin(), steps_.end());
  return std::move(outcome_);
}

bool Simulation::RunUntil(absl::Time end) {
  while (outcome_.violations.empty() && scheduler_.Step(end)) Reap();
  return outcome_.violations.empty();
}

void Simulation::Reap() {
  for (size_t i = 0; i < nodes_.size(); ++i) {
    if (!nodes_[i]->is_up() || !nodes_[i]->disk().dead) continue;
    Step(absl::StrCat("node ", i, " is down"));
    network_->Down(i);
    nodes_[i]->Crash();
    Random downtime = scheduler_.Stream("downtime", {i, nodes_[i]->lives()});
    scheduler_.After(downtime.UpTo(kDowntime), [this, i] { Restart(i); });
  }
}

void Simulation::Restart(size_t node) {
  if (nodes_[node]->is_up()) return;
  Step(absl::StrCat("node ", node, " starts"));
  const bool before = std::exchange(inside_, true);
  nodes_[node]->Start();
  inside_ = before;
  FollowErasures(node);
}

bool Simulation::IsUp(size_t node) const {
  return nodes_[node]->is_up() && !nodes_[node]->disk().dead;
}

// Every pair is dialled again and again, by either side or by both.
void Simulation::Connect() {
  Random random = scheduler_.Stream("dial", {++ticks_});
  for (size_t from = 0; from < nodes_.size(); ++from) {
    for (size_t to = 0; to < nodes_.size(); ++to) {
      const bool dials = random.Chance(0.3);
      if (from == to || !dials || !IsUp(from)) continue;
      if (options_.script.hub && chaos_ && from != 0 && to != 0) continue;
      if (nodes_[from]->streams()->Find(nodes_[to]->id()) == nullptr) network_->Dial(from, to);
    }
  }
  scheduler_.After(random.UpTo(kDialPause), [this] { Connect(); });
}

void Simulation::Says(size_t from, size_t to, const v1::SyncMessage& message) {
  if (!message.has_run_start()) return;
  // A relay goes by the descriptor that it holds.
  if (NodeId(message.run_start().origin()) != nodes_[from]->id()) {
    ++outcome_.operations["relayed"];
    return oracle_->Serves(from, to, message.run_start());
  }
  const auto share = model_.shares.find(ShareId(message.run_start().share()));
  if (share != model_.shares.end() && !share->second.members.contains(to)) {
    Violation(absl::StrCat("node ", from, " serves ", share->second.title, " to node ", to,
                           ", which is no member"));
  }
}

// No more faults: all start, clocks are right, partners are partners again.
void Simulation::Heal() {
  Step("rest");
  chaos_ = false;
  days_left_ = 0;
  network_->BeHonest();
  network_->Heal();
  for (size_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i]->disk().commits_to_live = -1;
    nodes_[i]->set_ahead(absl::ZeroDuration());
  }
  RunUntil(scheduler_.Now() + kDowntime * 2);
  for (auto& node : nodes_) {
    for (auto& other : nodes_) {
      if (node != other && !node->IsPairedWith(other->id())) node->Pair(*other);
    }
  }
}

// All streams are made anew, all is delivered.
void Simulation::Rest() {
  Heal();
  network_->CutAll();
  // What was issued by a clock that was ahead is believed again.
  scheduler_.Skip(kClocksRight);
  for (auto& node : nodes_) node->Renew();
  if (!RunUntil(scheduler_.Now() + kRest)) return;
  Repair();
  // The receipts of another day.
  PassDay();
  if (!RunUntil(scheduler_.Now() + kRest)) return;
  for (const auto& node : nodes_) {
    if (node->IsBusy()) Violation("a node does not come to rest");
  }
  AskWhoLeft();
  oracle_->CheckAtRest();
}

void Simulation::AskWhoLeft() {
  for (const auto& [node, id] : model_.left) {
    const ModelShare& share = model_.shares.at(id);
    if (!share.members.contains(node)) continue;
    if (StoredShareOf(*nodes_[node], nodes_[share.origin]->id(), id).subscribed()) {
      model_.subscribed.insert({node, id});
    } else {
      model_.subscribed.erase({node, id});
    }
  }
}

void Simulation::Step(const std::string& line) {
  steps_.push_back(absl::StrCat(
      absl::ToInt64Milliseconds(scheduler_.Now() - absl::FromUnixSeconds(1'527'750'000)), " ms  ",
      line));
  if (steps_.size() > kLastSteps) steps_.pop_front();
  for (const char c : steps_.back()) {  // FNV-1a
    outcome_.digest = (outcome_.digest ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
}

void Simulation::Violation(const std::string& what) {
  Step(absl::StrCat("VIOLATION: ", what));
  outcome_.violations.push_back(what);
}

// Counts the reasons that the streams give for what they refuse.
void Simulation::Log(size_t node, const std::string& line) {
  Step(absl::StrCat("node ", node, " says: ", line));
  const size_t open = line.rfind('(');
  const std::string reason =
      open == std::string::npos ? "" : line.substr(open + 1, line.size() - open - 2);
  if (reason.empty()) Violation("refused without a reason: " + line);
  ++outcome_.refused[reason];
}

}  // namespace maillage::sim

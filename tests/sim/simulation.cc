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

}  // namespace

Simulation::Simulation(const Options& options)
    : options_(options), scheduler_(options.seed), random_(scheduler_.random()) {
  RemoveDisks();
  const size_t count = 3 + random_.Below(2);
  model_.records.resize(count);
  std::vector<Host*> hosts;
  for (size_t i = 0; i < count; ++i) {
    nodes_.push_back(std::make_unique<SimNode>(
        &scheduler_, i,
        SimNode::Hooks{[this, i](const std::string& line) { Log(i, line); },
                       [this](const std::string& what) { Violation(what); },
                       [this, i](const sharing::PublicationPtr& p) { oracle_->Published(i, p); },
                       [this, i](const NodeId&, const RecordId&, const v1::LinkMessage& message,
                                 storage::Transaction* t) { return Handle(i, message, t); }}));
    hosts.push_back(nodes_.back().get());
  }
  network_ = std::make_unique<Network>(
      &scheduler_, hosts,
      Network::Listener{[this](const std::string& what) { Violation(what); },
                        [this](const std::string& line) { Step(line); },
                        [this](size_t to, size_t from, const v1::SyncMessage& message) {
                          ApplyEarly(to, from, message);
                        }});
  network_->set_hostile(options.hostile);
  oracle_ = std::make_unique<Oracle>(&model_, &nodes_,
                                     [this](const std::string& what) { Violation(what); });
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
    nodes_[i]->disk().before_commit = [this, i] {
      if (!chaos_ || inside_ || !random_.Chance(0.05)) return;
      Step(absl::StrCat("node ", i, " in between"));
      Change(i);
    };
    PlantFault(i);
  }
  Connect();
  left_ = options_.operations;
  OperateLater();
  bool good = true;
  while (good && left_ > 0) good = RunUntil(scheduler_.Now() + absl::Seconds(1));
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
    scheduler_.After(random_.UpTo(kDowntime), [this, i] { Restart(i); });
  }
}

void Simulation::Restart(size_t node) {
  if (nodes_[node]->is_up()) return;
  Step(absl::StrCat("node ", node, " starts"));
  nodes_[node]->Start();
}

// Every pair is dialled again and again, by either side or by both.
void Simulation::Connect() {
  for (size_t from = 0; from < nodes_.size(); ++from) {
    for (size_t to = 0; to < nodes_.size(); ++to) {
      if (from == to || !nodes_[from]->is_up() || nodes_[from]->disk().dead) continue;
      const sharing::SyncManager& streams = *nodes_[from]->streams();
      if (streams.Find(nodes_[to]->id()) != nullptr || !random_.Chance(0.3)) continue;
      network_->Dial(from, to);
    }
  }
  if (chaos_ && random_.Chance(0.05)) {
    Step("a stream is cut");
    network_->CutOne();
  }
  scheduler_.After(random_.UpTo(kDialPause), [this] { Connect(); });
}

// No more faults: all start, all streams are made anew, all is delivered.
void Simulation::Rest() {
  Step("rest");
  chaos_ = false;
  network_->set_hostile(0);
  for (size_t i = 0; i < nodes_.size(); ++i) {
    nodes_[i]->disk().commits_to_live = -1;
    Restart(i);
  }
  network_->CutAll();
  if (!RunUntil(scheduler_.Now() + kRest)) return;
  for (const auto& node : nodes_) {
    if (node->IsBusy()) Violation("a node does not come to rest");
  }
  oracle_->CheckAtRest();
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

// One simulation: nodes, a network with faults, random operations, an oracle.
#ifndef TESTS_SIM_SIMULATION_H_
#define TESTS_SIM_SIMULATION_H_

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/model.h"
#include "tests/sim/network.h"
#include "tests/sim/oracle.h"
#include "tests/sim/scheduler.h"
#include "tests/sim/sim_node.h"

namespace maillage::sim {

// Faults that are planted in the plumbing, to see that the oracle finds them.
enum class Plant { kNone, kApplyBeforeProof, kForgetWithdraw, kReuseSeq, kForgetHandled };

struct Options {
  uint64_t seed = 1;
  Plant plant = Plant::kNone;
};

struct Outcome {
  std::vector<std::string> violations;
  std::vector<std::string> last_steps;
  uint64_t digest = 0;  // of all steps
  std::map<std::string, int> tampered;
  std::map<std::string, int> refused;     // by reason
  std::map<std::string, int> operations;  // that took effect
};

class Simulation {
 public:
  explicit Simulation(const Options& options);
  ~Simulation();

  Outcome Run();

 private:
  void MakeNodes(size_t count);
  void Step(const std::string& line);
  void Violation(const std::string& what);
  void Log(size_t node, const std::string& line);
  bool RunUntil(absl::Time end);
  void Reap();
  void Restart(size_t node);
  void Connect();
  void Rest();
  void Delivers(size_t to, size_t from, const v1::SyncMessage& message);

  // operations.cc
  void OperateLater();
  void Operate();
  void Note(size_t node, const std::string& what);
  bool PickRecord(size_t node, RecordId* id);
  void Create(size_t node);
  void Change(size_t node);
  void Remove(size_t node, bool erase);
  void Commit(size_t node, const RecordId& id, const Content* after, bool erase);
  void MakeShare(size_t node);
  void DeleteShare(size_t node);
  void Subscribe(size_t node);
  void Unsubscribe(size_t node);
  void Send(size_t node);
  void Crash(size_t node);
  absl::Status Handle(size_t node, const v1::LinkMessage& message,
                      storage::Transaction* transaction);

  // plants.cc
  void PlantFault(size_t node);
  void ApplyEarly(size_t to, size_t from, const v1::SyncMessage& message);

  const Options options_;
  Scheduler scheduler_;
  Random& random_;
  Model model_;
  std::vector<std::unique_ptr<SimNode>> nodes_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<Oracle> oracle_;
  int left_;  // operations
  const bool crashes_;
  bool chaos_ = true;
  bool inside_ = false;
  std::map<uint32_t, std::string> early_;  // runs that are applied unproved
  std::deque<std::string> steps_;
  Outcome outcome_;
};

}  // namespace maillage::sim

#endif  // TESTS_SIM_SIMULATION_H_

// One simulation: nodes, a network with faults, random operations, an oracle.
#ifndef TESTS_SIM_SIMULATION_H_
#define TESTS_SIM_SIMULATION_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "tests/sim/model.h"
#include "tests/sim/network.h"
#include "tests/sim/oracle.h"
#include "tests/sim/scheduler.h"
#include "tests/sim/script.h"
#include "tests/sim/sim_node.h"

namespace maillage::sim {

// Faults that are planted in the plumbing, to see that the oracle finds them.
enum class Plant {
  kNone,
  kApplyBeforeProof,
  kForgetWithdraw,
  kReuseSeq,
  kForgetHandled,
  kSkipReceipt,
  kWrongFloor,
  kForgetRemoval,
};

struct Options {
  Script script;
  Plant plant = Plant::kNone;
};

struct Outcome {
  std::vector<std::string> violations;
  std::vector<std::string> last_steps;
  std::vector<std::string> deeds;  // that took effect, as people say them
  uint64_t digest = 0;             // of all steps
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
  void Heal();
  void Rest();
  void AskWhoLeft();
  void Says(size_t from, size_t to, const v1::SyncMessage& message);
  bool IsUp(size_t node) const;

  // operations.cc: what people do with records, messages, partners.
  void OperateLater();
  void Operate(const Operation& operation);
  void Work(const Operation& operation);
  void Note(size_t node, const std::string& what);
  bool PickRecord(size_t node, RecordId* id);
  void Create(size_t node);
  void Change(size_t node);
  void Remove(size_t node, bool erase);
  void Commit(size_t node, const RecordId& id, const Content* after);
  void Send(size_t node);
  absl::Status Handle(size_t node, const v1::LinkMessage& message,
                      storage::Transaction* transaction);
  void Erase(size_t node, const RecordId& id);
  void NoteErased(size_t node, const RecordId& id);
  // The model follows the disk of a node that erased at its start.
  void FollowErasures(size_t node);
  void Unpair(size_t node);
  void Pair(size_t node);

  // care_operations.cc: keys and suggestions.
  void Rotate(size_t node);
  void Suggest(size_t node);
  void Decide(size_t node);
  void FollowPlaces(size_t node);

  // share_operations.cc
  void MakeShare(size_t node);
  void DeleteShare(size_t node);
  void ChangeTerms(size_t node);
  sharing::ShareChange DrawTerms(ModelShare* share);
  void Subscribe(size_t node);
  void Unsubscribe(size_t node);

  // faults.cc
  void GoWrong(const Operation& operation);
  void Crash(size_t node);
  void Interleave(size_t node);
  void Divide(size_t node);
  void JumpClock(size_t node);
  void PassDay();
  void PassDays(int days);
  void Damage(size_t node);
  void Repair();

  // plants.cc
  void PlantFault(size_t node);
  void ApplyEarly(size_t to, size_t from, const v1::SyncMessage& message);

  const Options options_;
  Scheduler scheduler_;
  Random random_;  // of the operation that is being done
  Model model_;
  std::vector<std::unique_ptr<SimNode>> nodes_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<Oracle> oracle_;
  size_t next_ = 0;  // operation
  uint64_t ticks_ = 0;
  bool chaos_ = true;
  bool inside_ = false;
  int days_left_ = 0;
  std::map<size_t, int> interleave_;          // commits to go, by node
  std::map<std::string, uint64_t> refusals_;  // how often a handler said later
  Random plant_random_;
  std::map<uint32_t, std::string> early_;  // runs that are applied unproved
  std::deque<std::string> steps_;
  Outcome outcome_;
};

}  // namespace maillage::sim

#endif  // TESTS_SIM_SIMULATION_H_

// What is done in a simulation, as a list: drawn from a seed, or a part of such a
// list, so that what a failure does not need can be left out.
#ifndef TESTS_SIM_SCRIPT_H_
#define TESTS_SIM_SCRIPT_H_

#include <cstdint>
#include <functional>
#include <vector>

#include "absl/time/time.h"
#include "tests/sim/scheduler.h"

namespace maillage::sim {

enum class Deed {
  kCreate,
  kChange,
  kDelete,
  kErase,
  kShare,
  kUnshare,
  kTerms,  // other members, another filter or view
  kSubscribe,
  kUnsubscribe,
  kSend,
  kUnpair,
  kPair,
  kRotate,
  kSuggest,
  kDecide,
  kDay,
  kMonth,
  // Faults.
  kCrash,
  kInterleave,  // somebody changes a record in between two steps of a commit
  kCut,
  kPartition,
  kClock,
  kDamage,
  kTamper,
};

// One thing that is done at a node. What exactly is drawn from a stream of
// its own.
struct Operation {
  Deed deed = Deed::kCreate;
  size_t node = 0;
  absl::Duration pause;  // after the one before it
  uint64_t chance = 0;
};

struct Script {
  uint64_t seed = 0;
  size_t nodes = 0;
  // Whether nodes reach none but the first one, which relays, until all faults end.
  bool hub = false;
  std::vector<Operation> operations;
};

// How long, shaky and hostile it is depends on the seed.
Script ScriptOf(uint64_t seed);

// Leaves out what it can while `fails` still says so, by delta debugging; asks at
// most `tries` times.
Script Shrink(Script script, const std::function<bool(const Script&)>& fails, int tries);

}  // namespace maillage::sim

#endif  // TESTS_SIM_SCRIPT_H_

// sim_test                 the tests
// sim_test --seed N        one simulation, told step by step where it fails
// sim_test --seeds N       seeds 1 to N
// sim_test --seeds A-B     seeds A to B
// sim_test --plant N       from which seed on each planted fault is found
// sim_test --shrink N      a failing seed, in as few operations as it needs
#include <iostream>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/sim/simulation.h"

namespace maillage::sim {
namespace {

// What CTest runs.
constexpr uint64_t kShards = 8;
constexpr uint64_t kShardSeeds = 250;
// A planted fault must be found within so many: those that need a month to go by
// in more.
constexpr uint64_t kPlantSeeds = 10;
constexpr uint64_t kRarePlantSeeds = 60;

std::string Report(uint64_t seed, const Outcome& outcome) {
  return absl::StrCat("seed ", seed, " (replay: sim_test --seed ", seed,
                      ", a short script: sim_test --shrink ", seed, ")\n",
                      absl::StrJoin(outcome.last_steps, "\n"), "\n",
                      absl::StrJoin(outcome.violations, "\n"), "\n");
}

void Add(const std::map<std::string, int>& from, std::map<std::string, int>* to) {
  for (const auto& [key, count] : from) (*to)[key] += count;
}

Outcome RunScript(const Script& script, Plant plant = Plant::kNone) {
  Options options;
  options.script = script;
  options.plant = plant;
  return Simulation(options).Run();
}

Outcome RunSeed(uint64_t seed, Plant plant = Plant::kNone) {
  return RunScript(ScriptOf(seed), plant);
}

// Runs many and returns what they did together, with a report of each that fails.
Outcome RunSeeds(uint64_t first, uint64_t count) {
  Outcome all;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const Outcome one = RunSeed(seed);
    Add(one.tampered, &all.tampered);
    Add(one.refused, &all.refused);
    Add(one.operations, &all.operations);
    all.digest = all.digest * 31 + one.digest;
    if (!one.violations.empty()) all.violations.push_back(Report(seed, one));
  }
  return all;
}

// The first seeds in which a planted fault is found, or the last one tried.
uint64_t SeedThatFinds(Plant plant) {
  for (uint64_t seed = 1; seed < kPlantSeeds; ++seed) {
    if (!RunSeed(seed, plant).violations.empty()) return seed;
  }
  return kPlantSeeds;
}

// What the oracle says of a planted fault in the first seeds. A fault shows in
// more than one way; the one that names it must be among them.
std::string Finds(Plant plant) {
  std::vector<std::string> found;
  for (uint64_t seed = 1; seed <= kPlantSeeds; ++seed) {
    const Outcome outcome = RunSeed(seed, plant);
    found.insert(found.end(), outcome.violations.begin(), outcome.violations.end());
  }
  return absl::StrJoin(found, "\n");
}

// The first of the seeds in which the oracle says this of a planted fault, or 0.
uint64_t FirstThatFinds(Plant plant, absl::string_view what) {
  for (uint64_t seed = 1; seed <= kRarePlantSeeds; ++seed) {
    for (const std::string& found : RunSeed(seed, plant).violations) {
      if (absl::StrContains(found, what)) return seed;
    }
  }
  return 0;
}

class Shard : public testing::TestWithParam<uint64_t> {};

TEST_P(Shard, EndsWithEveryCopyAsItsOriginMeansItUnderAllFaults) {
  const Outcome all = RunSeeds(1 + GetParam() * kShardSeeds, kShardSeeds);
  ASSERT_TRUE(all.violations.empty())
      << all.violations.size() << " seeds fail; the first is " << all.violations.front();
  for (const char* reason : {"ROOT_MISMATCH", "REPLAYED_HEAD", "WRONG_SIGNATURE", "UNKNOWN_KEY",
                             "WRONG_HEAD", "WRONG_FROM", "HEAD_AHEAD"}) {
    EXPECT_TRUE(all.refused.contains(reason)) << reason << " was never given";
  }
}
INSTANTIATE_TEST_SUITE_P(Simulation, Shard, testing::Range<uint64_t>(0, kShards));

TEST(Simulation, ReplaysASeedExactly) {
  for (const uint64_t seed : {3, 4, 5}) EXPECT_EQ(RunSeed(seed).digest, RunSeed(seed).digest);
  EXPECT_NE(RunSeed(3).digest, RunSeed(4).digest);
}

// A receipt that was on its way while its key was revoked was lost for good.
TEST(Simulation, AReceiptThatARevokedKeySignedIsGivenAgain) {
  for (const uint64_t seed : {2103, 2740}) {
    const Outcome outcome = RunSeed(seed);
    EXPECT_TRUE(outcome.violations.empty()) << Report(seed, outcome);
  }
}

TEST(Oracle, FindsEntriesThatAreAppliedBeforeTheyAreProved) {
  EXPECT_THAT(Finds(Plant::kApplyBeforeProof),
              testing::AnyOf(testing::HasSubstr("holds entries of a share without a Head"),
                             testing::HasSubstr("holds what is not under the Head")));
}

TEST(Oracle, FindsAWithdrawalThatIsForgotten) {
  EXPECT_THAT(Finds(Plant::kForgetWithdraw), testing::HasSubstr("not its share's scope"));
}

TEST(Oracle, FindsASeqThatIsGivenTwice) {
  EXPECT_THAT(Finds(Plant::kReuseSeq),
              testing::AnyOf(testing::HasSubstr("root is not that of its log"),
                             testing::HasSubstr("publishes what is not its share's scope"),
                             testing::HasSubstr("holds what is not under the Head")));
}

TEST(Oracle, FindsAMessageThatIsHandledTwice) {
  EXPECT_THAT(Finds(Plant::kForgetHandled), testing::ContainsRegex("handled message .* times"));
}

TEST(Oracle, FindsAFloorThatRisesWithoutAReceipt) {
  const uint64_t seed = FirstThatFinds(Plant::kSkipReceipt, "raises a floor");
  EXPECT_NE(seed, 0);
  RecordProperty("seed", absl::StrCat(seed));
}

TEST(Oracle, FindsAFloorThatIsNotInTheHead) {
  const uint64_t seed = FirstThatFinds(Plant::kWrongFloor, "does not say which stubs are gone");
  EXPECT_NE(seed, 0);
  RecordProperty("seed", absl::StrCat(seed));
}

TEST(Oracle, FindsAMemberThatForgetsItsRemoval) {
  const uint64_t seed = FirstThatFinds(Plant::kForgetRemoval, "to let go of");
  EXPECT_NE(seed, 0);
  RecordProperty("seed", absl::StrCat(seed));
}

TEST(Shrink, LeavesAShortScriptOfAFailure) {
  const uint64_t seed = SeedThatFinds(Plant::kForgetWithdraw);
  const Script script = Shrink(
      ScriptOf(seed),
      [](const Script& part) {
        return !RunScript(part, Plant::kForgetWithdraw).violations.empty();
      },
      /*tries=*/200);
  EXPECT_LT(script.operations.size(), 8);
  EXPECT_FALSE(RunScript(script, Plant::kForgetWithdraw).violations.empty());
}

TEST(Shrink, GivesUpNothingThatTheFailureNeeds) {
  const auto needs = [](const Script& part) {
    int erases = 0;
    for (const Operation& operation : part.operations) erases += operation.deed == Deed::kErase;
    return erases >= 2;
  };
  const Script script = Shrink(ScriptOf(1), needs, /*tries=*/1000);
  EXPECT_TRUE(needs(script));
  EXPECT_EQ(script.operations.size(), 2);
}

int Tell(const Outcome& all) {
  const auto pairs = absl::PairFormatter(" ");
  std::cout << "steps: " << std::hex << all.digest << std::dec
            << "\noperations: " << absl::StrJoin(all.operations, ", ", pairs)
            << "\ntampered: " << absl::StrJoin(all.tampered, ", ", pairs)
            << "\nrefused: " << absl::StrJoin(all.refused, ", ", pairs) << "\n"
            << (all.violations.empty() ? "good\n" : absl::StrJoin(all.violations, "\n"));
  return all.violations.empty() ? 0 : 1;
}

// Tells a failing seed in as few steps as it needs.
int TellShortly(uint64_t seed) {
  const auto fails = [](const Script& part) { return !RunScript(part).violations.empty(); };
  if (!fails(ScriptOf(seed))) {
    std::cout << "seed " << seed << " does not fail\n";
    return 0;
  }
  const Script script = Shrink(ScriptOf(seed), fails, /*tries=*/2000);
  const Outcome outcome = RunScript(script);
  std::cout << "seed " << seed << " in " << script.operations.size() << " operations:\n  "
            << absl::StrJoin(outcome.deeds, "\n  ") << "\nits last steps:\n  "
            << absl::StrJoin(outcome.last_steps, "\n  ") << "\n";
  return 1;
}

// Tells in which of the seeds up to `last` each planted fault is found first.
int TellPlants(uint64_t last) {
  int missed = 0;
  for (int plant = 1; plant <= static_cast<int>(Plant::kForgetRemoval); ++plant) {
    uint64_t seed = 1;
    std::vector<std::string> found;
    for (; seed <= last && found.empty(); ++seed) found = RunSeed(seed, Plant(plant)).violations;
    missed += found.empty() ? 1 : 0;
    std::cout << "fault " << plant
              << (found.empty() ? " is not found"
                                : absl::StrCat(" in seed ", seed - 1, ": ", found[0]))
              << "\n";
  }
  return missed;
}

// "N" or "FIRST-LAST"; false where it is neither.
bool ReadSeeds(absl::string_view text, uint64_t* first, uint64_t* last) {
  const std::pair<absl::string_view, absl::string_view> ends = absl::StrSplit(text, '-');
  if (!ends.second.empty()) {
    return absl::SimpleAtoi(ends.first, first) && absl::SimpleAtoi(ends.second, last);
  }
  *first = 1;
  return absl::SimpleAtoi(ends.first, last);
}

}  // namespace
}  // namespace maillage::sim

int main(int argc, char** argv) {
  uint64_t first = 0;
  uint64_t last = 0;
  if (argc == 3 && maillage::sim::ReadSeeds(argv[2], &first, &last)) {
    const absl::string_view mode = argv[1];
    if (mode == "--seed") return maillage::sim::Tell(maillage::sim::RunSeeds(last, 1));
    if (mode == "--shrink") return maillage::sim::TellShortly(last);
    if (mode == "--plant") return maillage::sim::TellPlants(last);
    if (mode == "--seeds") {
      return maillage::sim::Tell(maillage::sim::RunSeeds(first, last + 1 - first));
    }
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

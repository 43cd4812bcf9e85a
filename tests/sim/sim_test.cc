// sim_test              the tests
// sim_test --seed N     one simulation, told step by step where it fails
// sim_test --seeds N    seeds 1 to N
#include <cstring>
#include <iostream>

#include "absl/strings/numbers.h"
#include "absl/strings/str_join.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "tests/sim/simulation.h"

namespace maillage::sim {
namespace {

std::string Report(uint64_t seed, const Outcome& outcome) {
  return absl::StrCat("seed ", seed, " (replay: sim_test --seed ", seed, ")\n",
                      absl::StrJoin(outcome.last_steps, "\n"), "\n",
                      absl::StrJoin(outcome.violations, "\n"), "\n");
}

void Add(const std::map<std::string, int>& from, std::map<std::string, int>* to) {
  for (const auto& [key, count] : from) (*to)[key] += count;
}

Outcome RunSeed(uint64_t seed, Plant plant = Plant::kNone) {
  Options options;
  options.seed = seed;
  options.plant = plant;
  return Simulation(options).Run();
}

// Runs many and returns what they did together. Stops at the first that fails.
Outcome RunSeeds(uint64_t first, uint64_t count) {
  Outcome all;
  for (uint64_t seed = first; seed < first + count; ++seed) {
    const Outcome one = RunSeed(seed);
    Add(one.tampered, &all.tampered);
    Add(one.refused, &all.refused);
    Add(one.operations, &all.operations);
    all.digest = all.digest * 31 + one.digest;
    if (one.violations.empty()) continue;
    all.violations.push_back(Report(seed, one));
    break;
  }
  return all;
}

// What the oracle says of a planted fault in the first seeds, up to the first in
// which it finds it.
std::string Finds(Plant plant) {
  for (uint64_t seed = 1; seed <= 10; ++seed) {
    const Outcome outcome = RunSeed(seed, plant);
    if (!outcome.violations.empty()) return outcome.violations.front();
  }
  return "nothing";
}

TEST(Simulation, EndsWithEveryCopyAsItsOriginMeansItUnderAllFaults) {
  const Outcome all = RunSeeds(1, 300);
  ASSERT_TRUE(all.violations.empty()) << all.violations.front();
  for (const char* reason : {"ROOT_MISMATCH", "OUT_OF_ORDER", "REPLAYED_HEAD", "WRONG_SIGNATURE",
                             "UNKNOWN_KEY", "WRONG_HEAD", "WRONG_FROM"}) {
    EXPECT_TRUE(all.refused.contains(reason)) << reason << " was never given";
  }
}

TEST(Simulation, ReplaysASeedExactly) {
  for (const uint64_t seed : {3, 4, 5}) EXPECT_EQ(RunSeed(seed).digest, RunSeed(seed).digest);
  EXPECT_NE(RunSeed(3).digest, RunSeed(4).digest);
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
  EXPECT_THAT(Finds(Plant::kReuseSeq), testing::HasSubstr("root is not that of its log"));
}

TEST(Oracle, FindsAMessageThatIsHandledTwice) {
  EXPECT_THAT(Finds(Plant::kForgetHandled), testing::ContainsRegex("handled message .* times"));
}

int Tell(const Outcome& all) {
  const auto pairs = absl::PairFormatter(" ");
  std::cout << "steps: " << std::hex << all.digest << std::dec
            << "\noperations: " << absl::StrJoin(all.operations, ", ", pairs)
            << "\ntampered: " << absl::StrJoin(all.tampered, ", ", pairs)
            << "\nrefused: " << absl::StrJoin(all.refused, ", ", pairs) << "\n"
            << (all.violations.empty() ? "good\n" : all.violations.front());
  return all.violations.empty() ? 0 : 1;
}

}  // namespace
}  // namespace maillage::sim

int main(int argc, char** argv) {
  uint64_t number = 0;
  if (argc == 3 && absl::SimpleAtoi(argv[2], &number)) {
    if (std::strcmp(argv[1], "--seed") == 0) {
      return maillage::sim::Tell(maillage::sim::RunSeeds(number, 1));
    }
    if (std::strcmp(argv[1], "--seeds") == 0) {
      return maillage::sim::Tell(maillage::sim::RunSeeds(1, number));
    }
  }
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}

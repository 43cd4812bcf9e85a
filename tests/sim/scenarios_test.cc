// The ten scenarios of sharing, each by name. Where each of them is:
//
//    1 an origin is idle past retention, then writes once
//      sharing/purge_floor_test.cc AnOriginIdlePastRetentionThenWritesOnce, and here
//    2 a partner is back after the purge, through a relay     here
//    3 an origin is restored from yesterday's backup          sharing/recovery_test.cc
//    4 a bootstrap is killed at every chunk                   sharing/bulk_kill_test.cc
//    5 a record leaves a scope while its reader is offline
//      and a relay holds it                                   here
//    6 a crash comes between any two writes                   here
//    7 many rows and no match for a share                     here
//    8 an erasure while a partner is down and a relay
//      replays old runs                                       here
//    9 keys rotate in mid-stream while a clock jumps back     here
//   10 a member is removed while another node is paused       here
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/directory/directory.h"
#include "tests/sim/golden.h"

namespace maillage::sim {
namespace {

using testing::HasSubstr;
using testing::Not;

// Does commands, one a line, and returns all that was said.
std::string Tell(Golden* world, absl::string_view commands) {
  std::string said;
  for (const absl::string_view line : absl::StrSplit(commands, '\n', absl::SkipWhitespace())) {
    said += world->Do(std::string(absl::StripAsciiWhitespace(line)));
  }
  EXPECT_THAT(said, Not(HasSubstr("WRONG")));
  return said;
}

std::string Tell(const std::unique_ptr<Golden>& world, absl::string_view commands) {
  return Tell(world.get(), commands);
}

constexpr char kShared[] = R"(
    nodes a b c
    put a 1 official in
    put a 2 official in
    relay a tous card 2 to b c
    connect a b
    connect b c
    deliver
    subscribe b tous
    deliver
    subscribe c tous
    deliver)";

TEST(Scenario, AnOriginIsIdlePastRetentionThenWritesOnce) {
  const auto world = std::make_unique<Golden>();
  Tell(world, kShared);
  EXPECT_THAT(Tell(world, "delete a 1\ndeliver\nstatus a"), HasSubstr("withdraw"));
  EXPECT_THAT(Tell(world, "days 405\nstatus a\nstatus b"), Not(HasSubstr("refuses")));
  EXPECT_THAT(world->Do("status a"), Not(HasSubstr("withdraw")));
  const std::string said = Tell(world, "put a 3 official in\ndeliver");
  EXPECT_THAT(said, Not(HasSubstr("refus")));
  EXPECT_EQ(world->Do("status b"), world->Do("status a"));
}

TEST(Scenario, APartnerIsBackAfterThePurgeThroughARelay) {
  const auto world = std::make_unique<Golden>();
  Tell(world, kShared);
  EXPECT_THAT(world->Do("status c"), HasSubstr("[1 put"));
  Tell(world, "cut all\ndeliver\nconnect a b\ndelete a 1\ndeliver");
  Tell(world, "days 405");
  EXPECT_THAT(world->Do("status a"), Not(HasSubstr("withdraw")));
  // c has not seen the origin for more than a year and meets the relay alone.
  const std::string said = Tell(world, "cut all\ndeliver\nconnect b c\ndeliver");
  EXPECT_THAT(said, HasSubstr("b > c refusal BELOW_FLOOR"));
  EXPECT_EQ(world->Do("status c"), world->Do("status a"));
}

TEST(Scenario, ARecordLeavesTheScopeWhileItsReaderIsOfflineAndARelayHoldsIt) {
  const auto world = std::make_unique<Golden>();
  Tell(world, kShared);
  Tell(world, "cut all\ndeliver\nconnect a b\nput a 1 official out\nput a 2 official out\ndeliver");
  Tell(world, "cut all\ndeliver");
  EXPECT_THAT(world->Do("traces c"), Not(HasSubstr(" 0 rows")));
  Tell(world, "connect b c\ndeliver");
  EXPECT_EQ(world->Do("status c"), world->Do("status a"));
  EXPECT_THAT(world->Do("traces c"), HasSubstr(" 0 rows"));
}

TEST(Scenario, AnErasureWhileAPartnerIsDownAndARelayReplaysOldRuns) {
  const auto world = std::make_unique<Golden>();
  Tell(world, kShared);
  Tell(world, "cut all\ndeliver\nkeep b\nconnect a b\nerase a 1\nerase a 2\ndeliver");
  EXPECT_FALSE(world->IsErased(0));
  Tell(world, "cut all\ndeliver\nconnect b c\ndeliver");
  EXPECT_THAT(world->Do("traces c"), HasSubstr(" 0 rows"));
  // The relay serves again what it held before.
  Tell(world, "back b\nconnect b c\ndeliver");
  EXPECT_THAT(world->Do("traces c"), HasSubstr(" 0 rows"));
  Tell(world, "connect a b\ndeliver\ndays 2");
  for (const char* node : {"a", "b", "c"}) {
    EXPECT_EQ(world->Do(absl::StrCat("traces ", node)), "  0 rows, 0 in files\n") << node;
  }
  EXPECT_FALSE(world->IsErased(0)) << "c did not meet a";
  Tell(world, "connect a c\ndeliver\ndays 1");
  EXPECT_TRUE(world->IsErased(0));
}

TEST(Scenario, KeysRotateInMidStreamWhileAClockJumpsBack) {
  const auto world = std::make_unique<Golden>();
  std::string said = Tell(world, kShared);
  for (int i = 3; i < 9; ++i) Tell(world, absl::StrCat("put a ", i, " official in"));
  said += Tell(world, "clock a -1\nrotate a\ndeliver\nput a 9 official in\nrotate a\ndeliver");
  said += Tell(world, "erase a 1\ndeliver\nclock a 0\ndays 9\nput a 10 official in\ndeliver");
  // A reader that meets the relay alone may hear of a Head before its key.
  said = absl::StrReplaceAll(said, {{"c refuses (UNKNOWN_KEY)", ""}});
  EXPECT_THAT(said, Not(HasSubstr("refus")));
  EXPECT_EQ(world->Do("status b"), world->Do("status a"));
  EXPECT_EQ(world->Do("status c"), world->Do("status a"));
}

TEST(Scenario, AMemberIsRemovedWhileAnotherNodeIsPaused) {
  const auto world = std::make_unique<Golden>();
  Tell(world, kShared);
  // b does not hear of it, and goes on to serve c what it holds.
  Tell(world, "cut all\ndeliver\nremove a tous c\nput a 3 official in\nconnect b c\ndeliver");
  EXPECT_THAT(world->Do("status c"), HasSubstr("tous at 2"));
  const std::string said = Tell(world, "connect a b\ndeliver");
  EXPECT_THAT(said, Not(HasSubstr("b > c start 2 to 3")));
  EXPECT_EQ(world->Do("status b"), world->Do("status a"));
  EXPECT_THAT(world->Do("traces c"), HasSubstr(" 0 rows"));
}

// Dies after each number of commits, while a run, messages, a withdrawal and an
// erasure are under way; true while it did.
bool DiesAndComesBack(size_t node, int commits, bool kept) {
  const auto world = std::make_unique<Golden>();
  Tell(world, kShared);
  Tell(world, "put a 1 official out\nput a 3 official in\nerase a 2\nsend a b 7\nsend b a 8");
  world->node(node).disk().last_is_kept = kept;
  world->node(node).disk().commits_to_live = commits;
  world->Do("deliver");
  const bool died = world->node(node).disk().dead;
  world->Revive();
  world->node(node).disk().commits_to_live = -1;
  Tell(world, "cut all\ndeliver\nconnect a b\nconnect b c\ndeliver\ndays 2");
  EXPECT_EQ(world->Do("status b"), world->Do("status a")) << commits;
  EXPECT_EQ(world->Do("status c"), world->Do("status a")) << commits;
  for (const char* name : {"b", "c"}) {
    // Card, log and index of record 3 alone.
    EXPECT_THAT(world->Do(absl::StrCat("traces ", name)), HasSubstr(", 0 in files")) << commits;
  }
  return died;
}

TEST(Scenario, ACrashComesBetweenAnyTwoWrites) {
  int writes = 0;
  for (const size_t node : {0, 1, 2}) {
    for (const bool kept : {false, true}) {
      for (int commits = 0; DiesAndComesBack(node, commits, kept); ++commits) ++writes;
    }
  }
  EXPECT_GT(writes, 20);
}

// MAILLAGE_MANY_ROWS says how many; by default enough for the filler to take many
// chunks and for the cursor to pass them by.
TEST(Scenario, ManyRowsAndNoMatchForAShare) {
  const char* const given = std::getenv("MAILLAGE_MANY_ROWS");
  const int rows = given == nullptr ? 20'000 : std::atoi(given);
  const auto world = std::make_unique<Golden>();
  Tell(world, "nodes a b\nconnect a b\ndeliver");
  SimNode& a = world->node(0);
  const auto write = [&](int count) {
    storage::Transaction all;
    for (int i = 0; i < count; ++i) {
      auto actor = std::make_shared<v1::Actor>(ActorOf({Sort::kCitizen, false, 1}));
      actor->set_revision(1);
      auto one = directory::ChangeOf(a.id(), NewRecordId(a.Now()), nullptr, actor);
      all.changes.push_back(one.changes.front());
      for (const auto& op : one.writes.ops()) all.writes.Put(op.family, op.key, op.value);
    }
    ASSERT_TRUE(a.writer().Commit(std::move(all)).ok());
  };
  for (int done = 0; done < rows / 2; done += 1000) write(1000);
  Tell(world, "share a dedans card 2 to b\ndeliver\nsubscribe b dedans\ndeliver");
  EXPECT_EQ(world->Do("status b"), "  dedans at 0\n");
  // More of them come while the share is served.
  for (int done = rows / 2; done < rows; done += 1000) write(1000);
  Tell(world, "deliver\nput a 1 official in\ndeliver");
  EXPECT_EQ(world->Do("status b"), "  dedans at 1 [1 put 1]\n");
  Tell(world, "terms a dedans 3\ndeliver\nterms a dedans 2\ndeliver");
  EXPECT_EQ(world->Do("status b"), world->Do("status a"));
}

}  // namespace
}  // namespace maillage::sim

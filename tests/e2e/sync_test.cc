// Two real nodes keep a share in step, whatever happens to either.
#include <gtest/gtest.h>

#include <nlohmann/json.hpp>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "tests/e2e/sheets.h"
#include "tests/testing/test_node.h"

namespace maillage::testing {
namespace {

constexpr char kWork[] = "NOT category = CITIZEN";

class SyncTest : public ::testing::Test {
 protected:
  // A running pair; capso shares its professionals with irev, who subscribes.
  void StartSharing() {
    capso_.Start();
    irev_.Start();
    ShareProfessionals(capso_, irev_);
  }
  bool Agree(int64_t count, absl::Duration timeout = absl::Seconds(60)) {
    return WaitFor([&] { return irev_.Count("origin = capso") == count; }, timeout);
  }
  // Names and revisions of capso's shared actors, as a node shows them.
  static std::multiset<std::string> Shown(const TestNode& node, const std::string& filter) {
    std::multiset<std::string> shown;
    const std::string out =
        node.Ok({"-o", "json", "actor", "list", "--filter", filter, "--limit", "1000000"});
    for (const auto line : absl::StrSplit(out, '\n', absl::SkipEmpty())) {
      const auto actor = nlohmann::json::parse(std::string(line), nullptr, false);
      shown.insert(absl::StrCat(actor.value("name", "?"), " ", actor.value("revision", "?"), " ",
                                actor["contactPoints"].dump()));
    }
    return shown;
  }

  TempDir home_;
  TestNode capso_{home_.path(), "capso"};
  TestNode irev_{home_.path(), "irev"};
};

TEST_F(SyncTest, ASharedRecordArrivesChangesAndIsWithdrawn) {
  StartSharing();
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(3, "a"));
  ASSERT_TRUE(Agree(3)) << irev_.Log();
  const auto shown = Shown(irev_, "origin = capso");
  const std::string name = absl::StrCat(shown.begin()->substr(0, shown.begin()->find(' ')));
  capso_.Ok({"actor", "update", name, "email=neuf@example.org"});
  EXPECT_TRUE(WaitFor([&] { return irev_.Count("email = neuf@example.org") == 1; }));
  capso_.Ok({"actor", "delete", name});
  EXPECT_TRUE(Agree(2));
  EXPECT_EQ(irev_.Count("email = neuf@example.org"), 0);
}

TEST_F(SyncTest, APartnerThatWasOfflineCatchesUp) {
  StartSharing();
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(200, "a"));
  ASSERT_TRUE(Agree(200));
  irev_.Stop();
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(300, "b"));
  const auto before = Shown(capso_, kWork);
  const std::string gone = before.begin()->substr(0, before.begin()->find(' '));
  capso_.Ok({"actor", "delete", gone});
  irev_.Start();
  EXPECT_TRUE(Agree(499)) << irev_.Log();
  irev_.Ok({"sync", "wait", "--timeout", "30s"});
  EXPECT_EQ(Shown(capso_, kWork), Shown(irev_, "origin = capso"));
}

// Kills one side at moments spread over the run; whatever was proved stays,
// the rest comes again, nothing comes twice.
void KillInMidRun(TestNode& victim, TestNode& capso, TestNode& irev) {
  constexpr int kEach = 4000;
  std::mt19937 random(20180531);
  for (int round = 0; round < 4; ++round) {
    const std::string domain = Letters(round);
    const Finished import =
        capso.Cli({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
                  Professionals(kEach, domain));
    ASSERT_EQ(import.code, 0) << import.err;
    absl::SleepFor(absl::Milliseconds(random() % 120));  // where in the run the kill falls
    victim.Kill();
    victim.Start();
    ASSERT_TRUE(WaitFor([&] { return irev.Count("origin = capso") == (round + 1) * kEach; },
                        absl::Seconds(60)))
        << "round " << round << ": " << irev.Count("origin = capso") << "\n"
        << irev.Cli({"sync", "status"}).out << irev.Log() << capso.Log();
  }
}

TEST_F(SyncTest, KillingThePublisherInMidRunLosesAndRepeatsNothing) {
  StartSharing();
  KillInMidRun(capso_, capso_, irev_);
  EXPECT_EQ(Shown(capso_, kWork), Shown(irev_, "origin = capso"));
}

TEST_F(SyncTest, KillingTheSubscriberInMidRunLosesAndRepeatsNothing) {
  StartSharing();
  KillInMidRun(irev_, capso_, irev_);
  EXPECT_EQ(Shown(capso_, kWork), Shown(irev_, "origin = capso"));
}

TEST_F(SyncTest, APrivateRecordsBytesAreInNoFileOfThePartner) {
  capso_.Configure("compression", "none");
  irev_.Configure("compression", "none");
  StartSharing();
  capso_.Ok({"actor", "import", "-", "--source", "test", "--notice-exempt", "essai"},
            Professionals(20, "a"));
  capso_.Ok({"actor", "create", "kind=person", "basis=public_task", "notice_exempt=essai",
             "given=Zoé", "family=Introuvable", "email=introuvable@example.org",
             "notes=memoire-secrete"});
  ASSERT_TRUE(Agree(20));
  irev_.Ok({"sync", "wait", "--timeout", "30s"});
  capso_.Stop();
  irev_.Stop();
  // What is shared is found in both, so the search can fail.
  EXPECT_TRUE(FilesHold(capso_.dir() + "/db", "introuvable@example.org"));
  EXPECT_TRUE(FilesHold(irev_.dir() + "/db", "p7@a.example.org"));
  EXPECT_FALSE(FilesHold(irev_.dir(), "introuvable@example.org"));
  EXPECT_FALSE(FilesHold(irev_.dir(), "Introuvable"));
  EXPECT_FALSE(FilesHold(irev_.dir(), "memoire-secrete"));
}

}  // namespace
}  // namespace maillage::testing

// A node whose database is one of the past, and what its partner tells it.
#include "server/sharing/recovery.h"

#include <filesystem>

#include "absl/strings/match.h"
#include "client/base/error.h"
#include "gtest/gtest.h"
#include "server/storage/backup.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

namespace fs = std::filesystem;

// capso shares with irev; anais is there when the backup is made.
class RecoveryTest : public testing::Test {
 protected:
  RecoveryTest() : capso_(home_, "capso"), irev_(home_, "irev") {
    capso_.Start();
    irev_.Start();
    Pair(&capso_, &irev_);
    share_ = capso_.MakeShare("pros", v1::VIEW_FULL, {irev_.id()});
    EXPECT_TRUE(irev_.Subscribe(capso_.id(), share_)) << irev_.Log();
    anais_ = capso_.Create(Person("Anaïs", "Lefèvre"));
    EXPECT_TRUE(Shows(1));
  }
  ~RecoveryTest() override {
    capso_.Stop();
    irev_.Stop();
  }

  void BackUp() {
    const auto made =
        storage::Backups(home_ + "/backups").Make(capso_.database(), "about", nullptr);
    ASSERT_TRUE(made.ok()) << made.status();
  }
  // Stops the node and puts the first backup in place.
  void PutBack() {
    capso_.Stop();
    fs::remove_all(capso_.dir() + "/db");
    const absl::Status restored =
        storage::Backups(home_ + "/backups").Restore(1, capso_.dir() + "/db");
    ASSERT_TRUE(restored.ok()) << restored;
  }
  void Restore() {
    PutBack();
    capso_.lost = "a backup was restored";
    capso_.Start();
  }
  testing::AssertionResult Recovers() {
    if (Eventually([&] { return !capso_.sharing().recovery().active(); }, absl::Seconds(60))) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << capso_.Log() << irev_.Log();
  }
  // As irev shows capso's records.
  testing::AssertionResult Shows(int64_t count) {
    if (Eventually([&] { return irev_.Count() == count; }, absl::Seconds(60))) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure()
           << "irev shows " << irev_.Count() << ", not " << count << "\n"
           << capso_.Log() << irev_.Log();
  }
  std::string IncarnationOf(LiveNode& node) {
    return node.database().latest().Get(storage::Family::kMeta, kIncarnationRow)->value_or("");
  }
  size_t Suggested() { return capso_.suggestions().List()->size(); }
  void AcceptAll() {
    const std::vector<v1::ProposedChange> list = capso_.suggestions().List().value();
    for (const v1::ProposedChange& change : list) {
      if (change.state() != v1::SUGGESTION_STATE_OPEN) continue;
      EXPECT_TRUE(change.recovered());
      const auto accepted = capso_.suggestions().Accept(change.name(), "operators/paul");
      EXPECT_TRUE(accepted.ok()) << accepted.status();
    }
  }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  LiveNode capso_;
  LiveNode irev_;
  ShareId share_;
  std::string anais_;
};

TEST_F(RecoveryTest, AnOriginRestoredFromYesterdaysBackupIsToldWhatItLost) {
  BackUp();
  capso_.Edit(anais_, [](v1::Actor* actor) { actor->add_themes("sport"); });
  capso_.Create(Person("Bruno", "Delattre"));
  ASSERT_TRUE(Shows(2));
  ASSERT_TRUE(Eventually([&] { return irev_.directory().Get(anais_).value()->revision() == 2; }));
  const std::string before = IncarnationOf(capso_);
  Restore();
  ASSERT_TRUE(Recovers());
  EXPECT_GT(IncarnationOf(capso_), before);
  EXPECT_EQ(Suggested(), 2u) << capso_.Log();
  // Until people decide, what the origin has counts.
  ASSERT_TRUE(Shows(1));
  AcceptAll();
  EXPECT_TRUE(Shows(2));
  capso_.Create(Person("Chloé", "Vasseur"));
  EXPECT_TRUE(Shows(3));
  EXPECT_TRUE(capso_.InSync()) << capso_.Log() << irev_.Log();
}

TEST_F(RecoveryTest, TheSameBackupRestoredTwiceForksNothing) {
  BackUp();
  capso_.Create(Person("Bruno", "Delattre"));
  ASSERT_TRUE(Shows(2));
  Restore();
  ASSERT_TRUE(Recovers());
  const std::string second = IncarnationOf(capso_);
  ASSERT_TRUE(Shows(1));
  capso_.Create(Person("Chloé", "Vasseur"));
  capso_.Create(Person("Denis", "Carpentier"));
  ASSERT_TRUE(Shows(3));
  Restore();
  ASSERT_TRUE(Recovers());
  EXPECT_GT(IncarnationOf(capso_), second);
  EXPECT_EQ(Suggested(), 2u) << capso_.Log();
  ASSERT_TRUE(Shows(1));
  AcceptAll();
  EXPECT_TRUE(Shows(3));
  EXPECT_TRUE(irev_.InSync()) << irev_.Log();
}

TEST_F(RecoveryTest, ANodeThatLostItsDiskButKeptItsKeysHasItsSharesAndRecordsBack) {
  capso_.Create(Person("Bruno", "Delattre"));
  ASSERT_TRUE(Shows(2));
  const NodeId id = capso_.id();
  const uint64_t version = capso_.self().descriptor().version();
  capso_.Stop();
  fs::remove_all(capso_.dir() + "/db");
  capso_.lost = "the database is missing";
  capso_.Start();
  EXPECT_EQ(capso_.id(), id);
  EXPECT_GE(capso_.self().descriptor().version(), version);
  EXPECT_TRUE(capso_.sharing().recovery().active());
  Pair(&capso_, &irev_);
  ASSERT_TRUE(Recovers());
  EXPECT_EQ(Suggested(), 2u) << capso_.Log();
  ASSERT_EQ(capso_.sharing().shares().List().size(), 1u);
  EXPECT_EQ(capso_.sharing().shares().List()[0]->id, share_);
  AcceptAll();
  EXPECT_EQ(capso_.Count("category = CITIZEN OR NOT category = CITIZEN"), 2);
  ASSERT_TRUE(Eventually([&] { return irev_.directory().Get(anais_).ok(); })) << irev_.Log();
  EXPECT_TRUE(Shows(2));
  EXPECT_TRUE(capso_.InSync()) << capso_.Log() << irev_.Log();
}

TEST_F(RecoveryTest, NothingIsServedUntilPartnersAnswerOrTheAdministratorSaysSo) {
  BackUp();
  const NodeId capso = capso_.id();
  irev_.Stop();
  Restore();
  EXPECT_EQ(ErrorReason(capso_.sharing().shares().Delete(share_, "")), "RECOVERING");
  capso_.Create(Person("Bruno", "Delattre"));
  EXPECT_EQ(capso_.sharing().Latest(share_), nullptr);
  EXPECT_TRUE(capso_.sharing().reporter().Report()->recovering());
  const auto report = capso_.sharing().ReportRecovery();
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(report->reasons(0), "a backup was restored");
  EXPECT_EQ(report->unreachable(0), "irev");
  ASSERT_TRUE(capso_.sharing().streams().EndRecovery("operators/paul").ok());
  EXPECT_EQ(ErrorReason(capso_.sharing().streams().EndRecovery("operators/paul")),
            "NOT_RECOVERING");
  irev_.Start();
  EXPECT_TRUE(Shows(2));
  EXPECT_EQ(capso_.id(), capso);
}

TEST_F(RecoveryTest, AnErasureThatOnlyAPartnerRemembersIsDoneAgain) {
  BackUp();
  capso_.Erase(anais_);
  ASSERT_TRUE(Shows(0));
  PutBack();
  fs::remove(capso_.dir() + "/erase.log");
  capso_.lost = "a backup was restored";
  capso_.Start();
  ASSERT_TRUE(Recovers());
  EXPECT_EQ(capso_.Count(), 0) << capso_.Log();
  EXPECT_EQ(Suggested(), 0u);
  EXPECT_TRUE(fs::exists(capso_.dir() + "/erase.log"));
  EXPECT_TRUE(irev_.InSync()) << irev_.Log();
  EXPECT_TRUE(Shows(0));
}

TEST_F(RecoveryTest, WhatHadLeftAShareStaysOutOfItUntilSomebodyChangesIt) {
  BackUp();
  capso_.Delete(anais_);
  ASSERT_TRUE(Shows(0));
  Restore();
  ASSERT_TRUE(Recovers());
  capso_.Create(Person("Bruno", "Delattre"));
  ASSERT_TRUE(Shows(1));
  EXPECT_EQ(capso_.Count(), 2);
  EXPECT_FALSE(irev_.directory().Get(anais_).ok());
  capso_.Edit(anais_, [](v1::Actor* actor) { actor->add_themes("sport"); });
  EXPECT_TRUE(Shows(2));
}

TEST_F(RecoveryTest, APartnerThatKnowsMoreBeginsARecoveryOfANodeThatRuns) {
  BackUp();
  capso_.Create(Person("Bruno", "Delattre"));
  ASSERT_TRUE(Shows(2));
  // Somebody copied the database back, and nothing tells.
  PutBack();
  capso_.Start();
  ASSERT_TRUE(Eventually([&] { return absl::StrContains(capso_.Log(), "the node recovers"); }))
      << capso_.Log();
  ASSERT_TRUE(Recovers());
  EXPECT_EQ(Suggested(), 1u) << capso_.Log();
  ASSERT_TRUE(Shows(1));
  AcceptAll();
  EXPECT_TRUE(Shows(2));
}

}  // namespace
}  // namespace maillage::sharing

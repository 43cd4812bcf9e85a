// Copies that are damaged, mended over real streams.

#include "client/base/error.h"
#include "gtest/gtest.h"
#include "server/sharing/share_log.h"
#include "server/sharing/tree.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

using storage::Family;

class RepairTest : public testing::Test {
 protected:
  RepairTest() {
    capso_ = std::make_unique<LiveNode>(home_, "capso");
    irev_ = std::make_unique<LiveNode>(home_, "irev");
    capso_->Start();
    irev_->Start();
    Pair(capso_.get(), irev_.get());
    for (int i = 0; i < 40; ++i) {
      names_.push_back(capso_->Create(Person("Anaïs", absl::StrCat("Lefèvre", i))));
    }
    share_ = capso_->MakeShare("pros", v1::VIEW_PROFESSIONAL, {irev_->id()});
    EXPECT_TRUE(irev_->Subscribe(capso_->id(), share_));
    EXPECT_TRUE(Arrives(40));
  }
  ~RepairTest() override {
    capso_->Stop();
    irev_->Stop();
  }

  testing::AssertionResult Arrives(int64_t count, absl::string_view filter = "") {
    if (Eventually([&] { return irev_->Count(filter) == count; })) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure()
           << "irev shows " << irev_->Count(filter) << ", not " << count << "\n"
           << capso_->Log() << irev_->Log();
  }
  // Deletes every row of a family that a partner's copy has, but for one in `keep`.
  void Lose(LiveNode* node, Family family, const std::string& prefix, int keep) {
    storage::Batch rows;
    int n = 0;
    EXPECT_TRUE(node->database()
                    .latest()
                    .ScanPrefix(family, prefix,
                                [&](absl::string_view key, absl::string_view) {
                                  if (++n % keep == 0) rows.Delete(family, std::string(key));
                                  return true;
                                })
                    .ok());
    EXPECT_FALSE(rows.empty());
    EXPECT_TRUE(node->database().Apply(rows, false).ok());
  }
  bool Fits(LiveNode* node) {
    const auto counted = RecountShare(*node->database().Snapshot(), capso_->id(), share_).value();
    const auto stored =
        ReceivedShare::Read(node->database().latest(), capso_->id(), share_).value();
    return counted.Fits(stored.head);
  }
  v1::ShareCheck CheckOf(LiveNode* node, bool repair) {
    v1::ShareCheck found;
    const absl::Status verified = node->sharing().verifier().Verify(
        repair, [] { return false; },
        [&](const v1::ShareCheck& check) {
          if (check.title() == "pros") found = check;
        });
    EXPECT_TRUE(verified.ok()) << verified;
    return found;
  }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  std::unique_ptr<LiveNode> capso_;
  std::unique_ptr<LiveNode> irev_;
  std::vector<std::string> names_;
  ShareId share_;
};

TEST_F(RepairTest, ComparesByItselfWhereARunDoesNotMakeTheSignedRoot) {
  Lose(irev_.get(), Family::kTree, storage::TreePrefix(capso_->id(), share_), 1);
  capso_->Edit(names_[0],
               [](v1::Actor* a) { a->mutable_contact_points(0)->set_value("neuf@example.org"); });
  EXPECT_TRUE(Arrives(1, "email:neuf@example.org"));
  EXPECT_TRUE(Eventually([&] { return Fits(irev_.get()); })) << irev_->Log();
  EXPECT_EQ(irev_->Count(), 40);
  EXPECT_TRUE(irev_->InSync()) << irev_->Log();
}

TEST_F(RepairTest, SaysWhatIsDamagedAndMendsItWhenTold) {
  EXPECT_EQ(CheckOf(irev_.get(), false).state(), v1::ShareCheck::GOOD);
  Lose(irev_.get(), Family::kLog, storage::LogPrefix(capso_->id(), share_), 10);
  const v1::ShareCheck damaged = CheckOf(irev_.get(), false);
  EXPECT_EQ(damaged.state(), v1::ShareCheck::DAMAGED);
  EXPECT_EQ(damaged.damaged(), 4);
  EXPECT_EQ(damaged.partner(), "capso");
  const v1::ShareCheck repaired = CheckOf(irev_.get(), true);
  EXPECT_EQ(repaired.state(), v1::ShareCheck::REPAIRED) << repaired.reason() << irev_->Log();
  EXPECT_TRUE(Fits(irev_.get()));
  EXPECT_EQ(irev_->Count(), 40);
  EXPECT_EQ(CheckOf(irev_.get(), false).state(), v1::ShareCheck::GOOD);
  EXPECT_GE(irev_->sharing().streams().LastComparison().rounds, 3u);
  // The stream goes on from there.
  capso_->Create(Person("Bruno", "Delattre"));
  EXPECT_TRUE(Arrives(41));
}

TEST_F(RepairTest, SaysWhyItCannotMendWhenThePartnerIsAway) {
  Lose(irev_.get(), Family::kWhere, std::string(capso_->id().bytes()), 10);
  const NodeId away = capso_->id();
  capso_->Stop();
  ASSERT_TRUE(Eventually([&] { return !irev_->sharing().streams().IsConnected(away); }));
  const v1::ShareCheck check = CheckOf(irev_.get(), true);
  EXPECT_EQ(check.state(), v1::ShareCheck::UNREPAIRED);
  EXPECT_EQ(check.reason(), "NOT_CONNECTED");
}

TEST_F(RepairTest, RebuildsTheTreeOfAnOwnShareAndPublishesIt) {
  Lose(capso_.get(), Family::kTree, storage::TreePrefix(capso_->id(), share_), 4);
  EXPECT_EQ(CheckOf(capso_.get(), false).state(), v1::ShareCheck::DAMAGED);
  const v1::ShareCheck repaired = CheckOf(capso_.get(), true);
  EXPECT_EQ(repaired.state(), v1::ShareCheck::REPAIRED) << repaired.reason();
  EXPECT_TRUE(Eventually([&] { return Fits(capso_.get()); }));
  capso_->Create(Person("Bruno", "Delattre"));
  EXPECT_TRUE(Arrives(41));
  EXPECT_TRUE(irev_->InSync()) << irev_->Log();
}

TEST_F(RepairTest, PutsRecordsOfAnOwnShareAgainWhoseRowsAreLost) {
  Lose(capso_.get(), Family::kLog, storage::LogPrefix(capso_->id(), share_), 10);
  EXPECT_EQ(CheckOf(capso_.get(), false).damaged(), 4);
  const v1::ShareCheck repaired = CheckOf(capso_.get(), true);
  EXPECT_EQ(repaired.state(), v1::ShareCheck::REPAIRED) << repaired.reason();
  EXPECT_TRUE(Eventually([&] { return Fits(capso_.get()); }));
  EXPECT_TRUE(Eventually([&] { return Fits(irev_.get()); })) << irev_->Log();
  EXPECT_EQ(irev_->Count(), 40);
  EXPECT_TRUE(irev_->InSync()) << irev_->Log();
}

}  // namespace
}  // namespace maillage::sharing

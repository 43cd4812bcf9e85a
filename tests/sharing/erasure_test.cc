// Erasures and receipts between two nodes with files.
#include <algorithm>
#include <filesystem>

#include "gtest/gtest.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

constexpr char kAddress[] = "introuvable@example.org";

v1::Actor Findable() {
  v1::Actor actor = Person("Zoé", "Introuvable");
  actor.mutable_contact_points(0)->set_value(kAddress);
  return actor;
}

class ErasureTest : public testing::Test {
 protected:
  ErasureTest() : capso_(home_, "capso"), irev_(home_, "irev") {
    capso_.Start();
    irev_.Start();
    Pair(&capso_, &irev_);
    share_ = capso_.MakeShare("pros", v1::VIEW_FULL, {irev_.id()});
    EXPECT_TRUE(irev_.Subscribe(capso_.id(), share_)) << irev_.Log();
    capso_.Create(Person("Bruno", "Delattre"));
    name_ = capso_.Create(Findable());
    EXPECT_TRUE(Eventually([&] { return irev_.Count() == 2; })) << irev_.Log();
  }
  ~ErasureTest() override {
    capso_.Stop();
    irev_.Stop();
  }
  bool Done(const std::string& erasure) {
    return Eventually([&] { return capso_.sharing().erasures().Get(erasure)->done(); },
                      absl::Seconds(60));
  }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  LiveNode capso_;
  LiveNode irev_;
  ShareId share_;
  std::string name_;
};

TEST_F(ErasureTest, LeavesNoByteInAnyFileOfEitherNodeOnceItIsDone) {
  EXPECT_TRUE(FilesHold(capso_.dir(), kAddress));
  EXPECT_TRUE(FilesHold(irev_.dir(), kAddress));
  const std::string erasure = capso_.Erase(name_);
  ASSERT_TRUE(Done(erasure)) << capso_.Log() << irev_.Log()
                             << capso_.sharing().erasures().Get(erasure)->DebugString();
  for (const LiveNode* node : {&capso_, &irev_}) {
    EXPECT_TRUE(Eventually([&] { return !FilesHold(node->dir(), kAddress); })) << node->dir();
    EXPECT_FALSE(FilesHold(node->dir(), "Introuvable"));
  }
  EXPECT_EQ(irev_.Count(), 1);
  const auto members = capso_.sharing().erasures().Get(erasure)->members();
  ASSERT_EQ(members.size(), 1);
  EXPECT_EQ(members[0].member(), "irev");
  EXPECT_EQ(members[0].share(), "pros");
  EXPECT_TRUE(members[0].has_receipt_time());
}

TEST_F(ErasureTest, ErasureWhileAPartnerIsDown) {
  irev_.Stop();
  const std::string erasure = capso_.Erase(name_);
  ASSERT_TRUE(Eventually([&] {
    return capso_.sharing().erasures().Get(erasure)->has_purge_time();
  })) << capso_.Log();
  const auto waiting = capso_.sharing().erasures().Get(erasure);
  EXPECT_FALSE(waiting->done());
  ASSERT_EQ(waiting->members_size(), 1);
  EXPECT_TRUE(waiting->members(0).has_pending_since());
  EXPECT_TRUE(FilesHold(irev_.dir(), kAddress));
  irev_.Start();
  EXPECT_TRUE(Done(erasure)) << capso_.Log() << irev_.Log();
  EXPECT_TRUE(Eventually([&] { return !FilesHold(irev_.dir(), kAddress); }));
}

TEST_F(ErasureTest, IsReplayedWhereTheRecordIsBack) {
  capso_.Stop();
  const std::string kept = home_ + "/kept";
  std::filesystem::copy(capso_.dir() + "/db", kept, std::filesystem::copy_options::recursive);
  capso_.Start();
  const std::string erasure = capso_.Erase(name_);
  ASSERT_TRUE(Done(erasure)) << capso_.Log();
  capso_.Stop();
  std::filesystem::remove_all(capso_.dir() + "/db");
  std::filesystem::rename(kept, capso_.dir() + "/db");
  capso_.Start();
  EXPECT_EQ(capso_.Count(), 1);
  EXPECT_TRUE(capso_.sharing().erasures().Get(erasure).ok());
  EXPECT_TRUE(Eventually([&] { return !FilesHold(capso_.dir(), kAddress); }));
}

TEST_F(ErasureTest, AMemberThatLeavesSaysThatItHoldsNothing) {
  ASSERT_TRUE(irev_.sharing().streams().Unsubscribe(capso_.id(), share_, "operators/test").ok());
  EXPECT_TRUE(Eventually([&] {
    const auto receipt =
        ReceiptBook::Get(capso_.database().latest(), capso_.id(), share_, irev_.id());
    return receipt.ok() && receipt->has_value() && (*receipt)->dropped();
  })) << irev_.Log();
  EXPECT_TRUE(Eventually([&] { return !FilesHold(irev_.dir(), kAddress); }));
}

TEST_F(ErasureTest, NarrowingTakesAddressesBackFromThePartner) {
  ShareChange change;
  change.view = v1::VIEW_CARD;
  ASSERT_TRUE(capso_.sharing().shares().Update(share_, change, "operators/test").ok());
  EXPECT_TRUE(Eventually([&] { return irev_.Count("email:*") == 0; })) << irev_.Log();
  EXPECT_EQ(irev_.Count(), 2);
}

TEST_F(ErasureTest, ARecordLeavesTheScopeWhileThePartnerIsOffline) {
  irev_.Stop();
  ShareChange change;
  change.filter = capso_.directory().ParseFilter("email:bruno@example.org").value();
  ASSERT_TRUE(capso_.sharing().shares().Update(share_, change, "operators/test").ok());
  irev_.Start();
  EXPECT_TRUE(Eventually([&] { return irev_.Count() == 0; })) << irev_.Log();
  EXPECT_TRUE(Eventually([&] { return !FilesHold(irev_.dir(), kAddress); }, absl::Seconds(60)));
}

}  // namespace
}  // namespace maillage::sharing

#include "server/sharing/suppliers.h"

#include "client/base/error.h"
#include "gtest/gtest.h"

namespace maillage::sharing {
namespace {

const absl::Time kNow = absl::FromUnixSeconds(1'527'750'000);

HeadOrder At(uint64_t seq) { return {std::string(16, 'i'), seq, 1, absl::UnixEpoch()}; }

class SuppliersTest : public testing::Test {
 protected:
  const NodeId origin_{"origin...."};
  const NodeId hub_{"hub......."};
  const NodeId other_{"other....."};
  const ShareKey key_{origin_, ShareId("share...")};
  Suppliers suppliers_;
};

TEST_F(SuppliersTest, NobodySuppliesWhatNobodyOffers) {
  EXPECT_EQ(suppliers_.Choose(key_, kNow), std::nullopt);
}

TEST_F(SuppliersTest, PrefersTheOriginToAnyMember) {
  suppliers_.Offered(key_, hub_, 1, At(9));
  EXPECT_EQ(suppliers_.Choose(key_, kNow), hub_);
  suppliers_.Offered(key_, origin_, 2, {});
  EXPECT_EQ(suppliers_.Choose(key_, kNow), origin_);
  EXPECT_EQ(suppliers_.Gone(origin_, 2), std::vector<ShareKey>{key_});
  EXPECT_EQ(suppliers_.Choose(key_, kNow), hub_);
}

TEST_F(SuppliersTest, TakesTheFreshestAndStaysWithIt) {
  suppliers_.Offered(key_, hub_, 1, At(4));
  suppliers_.Offered(key_, other_, 2, At(5));
  EXPECT_EQ(suppliers_.Choose(key_, kNow), other_);
  suppliers_.Showed(key_, hub_, At(5));
  EXPECT_EQ(suppliers_.Choose(key_, kNow), other_);
}

TEST_F(SuppliersTest, NamesASupplierThatStandsStillWhileOthersGoOn) {
  suppliers_.Offered(key_, hub_, 1, At(5));
  suppliers_.Offered(key_, other_, 2, At(5));
  const NodeId frozen = *suppliers_.Choose(key_, kNow);
  const NodeId lively = frozen == hub_ ? other_ : hub_;
  suppliers_.Showed(key_, lively, At(6));
  EXPECT_EQ(suppliers_.Choose(key_, kNow), frozen);
  EXPECT_EQ(suppliers_.Choose(key_, kNow + kSupplierGrace - absl::Seconds(1)), frozen);
  EXPECT_EQ(suppliers_.Choose(key_, kNow + kSupplierGrace), lively);
  EXPECT_EQ(suppliers_.SourcesOf(key_).at(frozen).fault->reason, "FROZEN");
}

TEST_F(SuppliersTest, ALateSupplierThatCatchesUpIsNotBlamed) {
  suppliers_.Offered(key_, hub_, 1, At(5));
  ASSERT_EQ(suppliers_.Choose(key_, kNow), hub_);
  suppliers_.Offered(key_, other_, 2, At(6));
  EXPECT_EQ(suppliers_.Choose(key_, kNow), hub_);
  suppliers_.Served(key_, hub_, At(7));
  EXPECT_EQ(suppliers_.Choose(key_, kNow + absl::Hours(1)), hub_);
  EXPECT_FALSE(suppliers_.SourcesOf(key_).at(hub_).fault.has_value());
}

TEST_F(SuppliersTest, PassesOverWhoServesWhatCannotBeProvedUntilItIsTime) {
  suppliers_.Offered(key_, hub_, 1, At(9));
  suppliers_.Offered(key_, other_, 2, At(5));
  ASSERT_EQ(suppliers_.Choose(key_, kNow), hub_);
  suppliers_.Blame(key_, hub_, InvalidArgument("ROOT_MISMATCH", "not what was signed"), kNow,
                   absl::Seconds(8));
  EXPECT_EQ(suppliers_.Choose(key_, kNow), other_);
  EXPECT_EQ(suppliers_.Choose(key_, kNow + absl::Seconds(8) + kSupplierGrace), other_);
  EXPECT_EQ(suppliers_.Choose(key_, kNow + absl::Seconds(8) + 2 * kSupplierGrace), hub_);
  EXPECT_EQ(suppliers_.SourcesOf(key_).at(hub_).fault->failures, 1u);
  suppliers_.Served(key_, hub_, At(10));
  EXPECT_FALSE(suppliers_.SourcesOf(key_).at(hub_).fault.has_value());
}

TEST_F(SuppliersTest, ForgetsWhatWasOfferedOnAStreamThatEndedButNotOnItsSuccessor) {
  suppliers_.Offered(key_, hub_, 1, At(5));
  ASSERT_EQ(suppliers_.Choose(key_, kNow), hub_);
  suppliers_.Offered(key_, hub_, 2, At(5));
  EXPECT_TRUE(suppliers_.Gone(hub_, 1).empty());
  EXPECT_EQ(suppliers_.Choose(key_, kNow), hub_);
  suppliers_.Gone(hub_, 2);
  EXPECT_EQ(suppliers_.Choose(key_, kNow), std::nullopt);
}

}  // namespace
}  // namespace maillage::sharing

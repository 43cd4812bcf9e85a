#include "server/sharing/publication.h"

#include "gtest/gtest.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "tests/sharing/test_world.h"

namespace maillage::sharing {
namespace {

class PublicationTest : public testing::Test {
 protected:
  absl::StatusOr<Issued> IssueNow(const v1::Head* last = nullptr, absl::Time now = kNow) {
    return Issue({node_.id(), Incarnation("0123456789abcdef"), &node_.signer()},
                 node_.shares().Get()->Find(share_), node_.database().Snapshot(), last, now);
  }

  TestNode node_{'o'};
  const ShareId share_ = node_.Share(v1::VIEW_CARD, {});
};

TEST_F(PublicationTest, SignsWhatTheLogHolds) {
  node_.Put(Person("Anaïs", "Lefèvre"));
  const RecordId gone = node_.Put(Person("Bruno", "Delattre"));
  node_.Remove(gone);
  const auto issued = IssueNow();
  ASSERT_TRUE(issued.ok());
  EXPECT_EQ(issued->entries, 2u);
  const auto head =
      identity::OpenSigned<v1::Head>(issued->publication->signed_head, {node_.key().public_key()});
  ASSERT_TRUE(head.ok());
  EXPECT_EQ(head->seq(), 3u);
  EXPECT_EQ(head->live_count(), 1u);
  EXPECT_EQ(head->descriptor_version(), 1u);
  EXPECT_EQ(identity::FromTimestamp(head->valid_until()), kNow + kHeadValidity);
}

TEST_F(PublicationTest, GivesTheSameRootInOneStepAndInMany) {
  for (int i = 0; i < 20; ++i) {
    node_.Put(Person("Anaïs", "Lefèvre"));
    if (i % 3 == 0) node_.Publish(share_);
  }
  TestNode fresh('o');
  const ShareId same = fresh.Share(v1::VIEW_CARD, {}, "", share_);
  const auto stepwise = IssueNow();
  // The same log, published for the first time.
  storage::Batch log;
  for (const auto family : {storage::Family::kLog, storage::Family::kMeta}) {
    ASSERT_TRUE(node_.database()
                    .latest()
                    .ScanPrefix(family, "",
                                [&](absl::string_view key, absl::string_view value) {
                                  log.Put(family, std::string(key), std::string(value));
                                  return true;
                                })
                    .ok());
  }
  ASSERT_TRUE(fresh.database().Apply(log, false).ok());
  EXPECT_EQ(fresh.Publish(same)->head.root(), stepwise->publication->head.root());
}

TEST_F(PublicationTest, DoesNotNeedThatTheOneBeforeWasStored) {
  node_.Put(Person("Anaïs", "Lefèvre"));
  const auto first = IssueNow();
  node_.Put(Person("Bruno", "Delattre"));
  const auto second = IssueNow(&first->publication->head);
  // Stored in the wrong order: the later one wins, the other is refused.
  EXPECT_TRUE(node_.writer().Commit(second->transaction).ok());
  EXPECT_TRUE(absl::IsAborted(node_.writer().Commit(first->transaction)));
  const auto third = IssueNow();
  EXPECT_EQ(third->publication->head.root(), second->publication->head.root());
  EXPECT_EQ(third->publication->head.live_count(), 2u);
  EXPECT_EQ(third->entries, 0u);
}

TEST_F(PublicationTest, IssuesLaterHeadsThoughTheClockGoesBack) {
  const auto first = IssueNow();
  const auto second = IssueNow(&first->publication->head, kNow - absl::Hours(1));
  EXPECT_GT(identity::FromTimestamp(second->publication->head.issued_at()), kNow);
}

TEST_F(PublicationTest, KnowsWhetherAnotherSnapshotShowsTheSameLog) {
  const auto issued = IssueNow();
  EXPECT_TRUE(ShowsSame(*issued->publication, *node_.database().Snapshot()));
  node_.Put(Person("Anaïs", "Lefèvre"));
  EXPECT_FALSE(ShowsSame(*issued->publication, *node_.database().Snapshot()));
}

}  // namespace
}  // namespace maillage::sharing

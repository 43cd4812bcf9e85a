// Comparisons: a copy is brought to the signed root, or nothing is changed.
#include <random>

#include "tests/sharing/compare_fixture.h"

namespace maillage::sharing {
namespace {

using storage::Family;
using CompareTest = CompareFixture;

TEST_F(CompareTest, FetchesOnlyWhatDiffersInAFewRounds) {
  Fill(300);
  for (int i = 0; i < 5; ++i) origin_.Put(Person("Bruno", Name(i)), ids_[i]);
  origin_.Remove(ids_[10]);
  origin_.Remove(ids_[11], /*erase=*/true);
  origin_.Put(Person("Chloé", "Vandamme"));
  ASSERT_TRUE(Compare(origin_.Publish(share_)).ok());
  EXPECT_TRUE(CopyEqualsOrigin());
  EXPECT_EQ(figures_.rounds, 6u);
  EXPECT_EQ(figures_.entries, 8u);
  EXPECT_EQ(figures_.changed, 8u);
  EXPECT_LT(figures_.received_bytes, 40'000u);
  EXPECT_EQ(member_.Count(""), 299u);
  EXPECT_EQ(member_.Shown(origin_, ids_[0])->person_name().given(), "Bruno");
  EXPECT_EQ(member_.Shown(origin_, ids_[10]), nullptr);
}

TEST_F(CompareTest, ChangesNothingWhereNothingDiffers) {
  Fill(20);
  const std::string before = RowsOf(&member_, origin_.id(), share_);
  ASSERT_TRUE(Compare(origin_.Publish(share_)).ok());
  EXPECT_EQ(figures_.rounds, 2u);
  EXPECT_EQ(figures_.changed, 0u);
  EXPECT_EQ(RowsOf(&member_, origin_.id(), share_), before);
}

TEST_F(CompareTest, FollowsALogThatBecameEmpty) {
  Fill(20);
  for (const RecordId& id : ids_) origin_.Remove(id);
  ASSERT_TRUE(Compare(origin_.Publish(share_)).ok());
  EXPECT_TRUE(CopyEqualsOrigin());
  EXPECT_EQ(member_.Count(""), 0u);
}

TEST_F(CompareTest, RefusesAHeadThatIsOlderThanTheProvedOneAndAForkOfIt) {
  Fill(3);
  const PublicationPtr old = origin_.Publish(share_);
  origin_.Put(Person("Bruno", "Delattre"));
  ASSERT_TRUE(SyncNow(share_).ok());
  EXPECT_EQ(ErrorReason(Compare(old)), "REPLAYED_HEAD");
  const PublicationPtr fork = origin_.Publish(share_);
  EXPECT_EQ(ErrorReason(Compare(fork,
                                [&](v1::CompareAnswer* a) {
                                  if (!a->has_head()) return;
                                  *a->mutable_head() = ForgeHead(
                                      fork, origin_.key(),
                                      [](v1::Head* h) { h->set_root(std::string(32, 'r')); });
                                })),
            "FORK");
}

TEST_F(CompareTest, GivesUpWhereTooMuchDiffers) {
  share_ = NewShare(v1::VIEW_CARD);
  origin_.Put(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(SyncNow(share_).ok());
  // Every bucket below the top's first row: nodes cost nothing to make up here.
  storage::Transaction many;
  for (size_t i = 0; i <= kMaxDifferences; ++i) {
    const RecordId id = NewRecordId(kNow);
    auto actor = std::make_shared<v1::Actor>(Person("Bruno", Name(static_cast<int>(i))));
    actor->set_revision(1);
    many.changes.push_back({origin_.id(), id, nullptr, actor});
    many.writes.Put(Family::kActors, storage::ActorKey(id), actor->SerializeAsString());
  }
  ASSERT_TRUE(origin_.writer().Commit(std::move(many)).ok());
  PublicationPtr publication = origin_.Publish(share_);
  EXPECT_EQ(publication->tree, nullptr);
  EXPECT_EQ(ErrorReason(Compare(publication)), "NOT_READY");
  publication = origin_.Publish(share_);
  ASSERT_NE(publication->tree, nullptr);
  EXPECT_EQ(ErrorReason(Compare(publication)), "TOO_DIFFERENT");
}

TEST_F(CompareTest, EndsEqualFromAnyTwoLogs) {
  std::mt19937 random(17);
  Fill(40);
  for (int round = 0; round < 25; ++round) {
    for (int i = 0; i < 12; ++i) {
      RecordId& id = ids_[random() % ids_.size()];
      switch (random() % 4) {
        case 0:
          id = origin_.Put(Person("Chloé", Name(round)));
          break;
        case 1:
          if (Knows(id)) {
            Damage([&](storage::Batch* rows) { rows->Delete(Family::kLog, LogKeyOf(id)); });
          }
          break;
        default:
          origin_.Put(Person("Bruno", Name(static_cast<int>(random() % 90))), id);
      }
    }
    const PublicationPtr publication = origin_.Publish(share_);
    ASSERT_EQ(Compare(publication, nullptr, random() % 2 == 0), absl::OkStatus()) << round;
    // Without a recount what is damaged and does not differ stays for the next one.
    ASSERT_EQ(Compare(publication, nullptr, true), absl::OkStatus()) << round;
    ASSERT_TRUE(CopyEqualsOrigin()) << round;
    ASSERT_EQ(member_.Count(""), origin_.Count("")) << round;
    ASSERT_LE(figures_.rounds, 7u);
  }
}

TEST_F(CompareTest, GoesOnUnderANewIncarnation) {
  Fill(30);
  origin_.Put(Person("Bruno", "Delattre"), ids_[2]);
  const PublicationPtr publication = origin_.Publish(share_);
  auto renewed = std::make_shared<Publication>(*publication);
  renewed->head.set_incarnation("1123456789abcdef");
  renewed->signed_head = identity::SignMessage(renewed->head, origin_.key());
  ASSERT_TRUE(Compare(renewed).ok());
  EXPECT_TRUE(CopyEqualsOrigin());
  EXPECT_EQ(HeldHead().incarnation(), "1123456789abcdef");
}

}  // namespace
}  // namespace maillage::sharing

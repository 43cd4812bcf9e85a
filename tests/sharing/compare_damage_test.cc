// Comparisons and recounts of copies whose rows are damaged.
#include "tests/sharing/compare_fixture.h"

namespace maillage::sharing {
namespace {

using storage::Family;
using Rows = storage::Batch*;

struct Case {
  const char* what;
  std::function<void(Rows)> damage;
};

class CompareDamageTest : public CompareFixture {
 protected:
  // Each is seen by a recount and repaired by a comparison.
  void ExpectRepaired(const std::vector<Case>& cases) {
    const PublicationPtr publication = origin_.Publish(share_);
    EXPECT_TRUE(Recounted().Fits(HeldHead()));
    for (const Case& c : cases) {
      Damage(c.damage);
      EXPECT_FALSE(Recounted().Fits(HeldHead())) << c.what;
      EXPECT_EQ(Compare(publication, nullptr, /*recount=*/true), absl::OkStatus()) << c.what;
      EXPECT_TRUE(CopyEqualsOrigin()) << c.what;
      EXPECT_TRUE(Recounted().Fits(HeldHead())) << c.what;
      EXPECT_EQ(member_.Count(""), ids_.size()) << c.what;
      EXPECT_EQ(member_.Count("email:travail@example.org"), ids_.size()) << c.what;
      EXPECT_EQ(member_.Shown(origin_, ids_[7])->person_name().given(), "Anaïs") << c.what;
      EXPECT_EQ(member_.Rows(Family::kSorted), ids_.size()) << c.what;
      EXPECT_EQ(member_.Rows(Family::kOrdinals), 2 * ids_.size()) << c.what;
    }
  }
  v1::Entry EntryOf(const RecordId& id) {
    v1::Entry entry;
    const auto row = member_.database().latest().Get(Family::kLog, LogKeyOf(id));
    EXPECT_TRUE(entry.ParseFromString(**row));
    return entry;
  }
};

TEST_F(CompareDamageTest, RepairsLogRows) {
  Fill(60);
  const RecordId& id = ids_[7];
  ExpectRepaired({
      {"log row lost", [&](Rows r) { r->Delete(Family::kLog, LogKeyOf(id)); }},
      {"log row unreadable", [&](Rows r) { r->Put(Family::kLog, LogKeyOf(id), "\xff\xff"); }},
      {"log row changed",
       [&](Rows r) {
         v1::Entry entry = EntryOf(id);
         v1::Actor actor = Person("Mallory", "Faux");
         entry.set_payload(actor.SerializeAsString());
         r->Put(Family::kLog, LogKeyOf(id), entry.SerializeAsString());
       }},
      {"log row of another record",
       [&](Rows r) { r->Put(Family::kLog, LogKeyOf(id), EntryOf(ids_[8]).SerializeAsString()); }},
      {"log row too many",
       [&](Rows r) {
         v1::Entry entry = EntryOf(id);
         entry.set_seq(1000);
         r->Put(Family::kLog, storage::LogKey(origin_.id(), share_, 1000),
                entry.SerializeAsString());
       }},
  });
}

TEST_F(CompareDamageTest, RepairsWhereRows) {
  Fill(60);
  const RecordId& id = ids_[7];
  ExpectRepaired({
      {"where row lost",
       [&](Rows r) { r->Delete(Family::kWhere, storage::WhereKey(origin_.id(), id, share_)); }},
      {"where row unreadable",
       [&](Rows r) { r->Put(Family::kWhere, storage::WhereKey(origin_.id(), id, share_), "x"); }},
      {"where row of nothing",
       [&](Rows r) {
         r->Put(Family::kWhere, storage::WhereKey(origin_.id(), NewRecordId(kNow), share_),
                directory::EncodeSighting({share_, 500, v1::VIEW_FULL, 1, v1::ENTRY_KIND_PUT}));
       }},
  });
}

TEST_F(CompareDamageTest, RepairsTreeRows) {
  Fill(60);
  const RecordId& id = ids_[7];
  ExpectRepaired({
      {"bucket lost", [&](Rows r) { r->Delete(Family::kTree, TreeKeyOf(4, id)); }},
      {"bucket unreadable", [&](Rows r) { r->Put(Family::kTree, TreeKeyOf(4, id), "x"); }},
      {"bucket changed",
       [&](Rows r) { r->Put(Family::kTree, TreeKeyOf(4, id), std::string(48, 'x')); }},
      {"inner node lost", [&](Rows r) { r->Delete(Family::kTree, TreeKeyOf(2, id)); }},
      {"inner node unreadable", [&](Rows r) { r->Put(Family::kTree, TreeKeyOf(1, id), "x"); }},
      {"top lost", [&](Rows r) { r->Delete(Family::kTree, TreeKeyOf(0, id)); }},
      {"top changed",
       [&](Rows r) { r->Put(Family::kTree, TreeKeyOf(0, id), std::string(512, 't')); }},
      {"tree rows too many",
       [&](Rows r) {
         for (const int level : {1, 4}) {
           r->Put(Family::kTree,
                  storage::TreeKey(origin_.id(), share_, static_cast<uint8_t>(level), 0x0123), "x");
         }
       }},
  });
}

TEST_F(CompareDamageTest, RepairsALogRowThatWasLostWhileItsRecordChanged) {
  Fill(10);
  Damage([&](storage::Batch* rows) { rows->Delete(Family::kLog, LogKeyOf(ids_[3])); });
  origin_.Put(Person("Bruno", "Delattre"), ids_[3]);
  const PublicationPtr publication = origin_.Publish(share_);
  // The run cannot tell what was shown before.
  const auto run = MakeRun(publication, member_.SeqOf(origin_, share_));
  EXPECT_TRUE(absl::IsDataLoss(member_.Apply(origin_, *run, publication->signed_head)));
  ASSERT_TRUE(Compare(publication).ok());
  EXPECT_TRUE(CopyEqualsOrigin());
  EXPECT_EQ(member_.Count(""), 10u);
  EXPECT_EQ(member_.Rows(Family::kSorted), 10u);
  EXPECT_EQ(member_.Shown(origin_, ids_[3])->person_name().family(), "Delattre");
}

TEST_F(CompareDamageTest, RecountsInPassesAsAtOnce) {
  Fill(50);
  Damage([&](storage::Batch* rows) {
    rows->Delete(Family::kLog, LogKeyOf(ids_[3]));
    rows->Put(Family::kLog, LogKeyOf(ids_[4]), "\xff");
    rows->Delete(Family::kTree, TreeKeyOf(4, ids_[5]));
  });
  const Recount once = Recounted();
  const Recount passes =
      RecountShare(member_.database().latest(), origin_.id(), share_, /*rows_at_once=*/7).value();
  EXPECT_EQ(once.root, passes.root);
  EXPECT_EQ(once.live, passes.live);
  EXPECT_EQ(once.unsound, passes.unsound);
  EXPECT_EQ(once.doubtful, passes.doubtful);
  EXPECT_EQ(once.unreadable, passes.unreadable);
  EXPECT_EQ(once.tree_rows.ops().size(), passes.tree_rows.ops().size());
  EXPECT_EQ(once.live, 48u);
}

}  // namespace
}  // namespace maillage::sharing

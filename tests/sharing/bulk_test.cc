// Large runs against the same runs taken record by record.
#include <algorithm>
#include <filesystem>
#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "roaring/roaring.hh"
#include "server/sharing/bulk_proof.h"
#include "server/sharing/leaf_runs.h"
#include "server/sharing/staged_run.h"
#include "tests/sharing/subscriber_fixture.h"

namespace maillage::sharing {
namespace {

using storage::Family;
using Rows = std::map<std::string, std::string>;

// Small, so that a few records make many files.
constexpr BulkRows::Sizes kSmall = {.parsed_records = 7,
                                    .parsed_bytes = 4 << 20,
                                    .log_bytes = 2'000,
                                    .file_records = 15,
                                    .file_bytes = 16 << 20};

class BulkTest : public SubscriberFixture {
 protected:
  storage::Folder* folder() { return &bulky_.database().staging(); }

  ShareId NewShareForBoth(v1::View view, absl::string_view filter = "") {
    const ShareId share = origin_.Share(view, {member_.id(), bulky_.id()}, filter);
    EXPECT_TRUE(member_.Accept(origin_, origin_.Descriptor(share)).ok());
    EXPECT_TRUE(bulky_.Accept(origin_, origin_.Descriptor(share)).ok());
    return share;
  }

  absl::StatusOr<std::unique_ptr<StagedRun>> Stage(const IncomingRun& run) {
    ASSIGN_OR_RETURN(auto staged, StagedRun::Create(folder(), {run.origin(), run.share(),
                                                               run.incarnation(), run.from_seq()}));
    RETURN_IF_ERROR(staged->Add(run.entries()));
    return staged;
  }
  absl::Status Finish(StagedRun* staged, const PublicationPtr& publication) {
    ASSIGN_OR_RETURN(
        Proved proved,
        ProveStaged(bulky_.database(), &bulky_.writer(), bulky_.BenchFor(origin_), staged,
                    publication->head.seq(), publication->signed_head, kSmall));
    RETURN_IF_ERROR(bulky_.writer().Commit(std::move(proved.transaction)));
    return staged->Remove();
  }
  absl::Status SyncLarge(const PublicationPtr& publication, uint64_t from,
                         const Tamper& tamper = nullptr) {
    ASSIGN_OR_RETURN(const IncomingRun run, MakeRun(publication, from, tamper));
    ASSIGN_OR_RETURN(const auto staged, Stage(run));
    return Finish(staged.get(), publication);
  }
  uint64_t Seq(const ShareId& share) { return bulky_.SeqOf(origin_, share); }

  void ExpectSameRows() {
    for (int i = 0; i < storage::kFamilyCount; ++i) {
      const auto family = static_cast<Family>(i);
      EXPECT_EQ(RowsOf(&bulky_, family), RowsOf(&member_, family)) << storage::FamilyName(family);
    }
  }
  // A bitmap has several encodings; which one a row has depends on its history.
  static std::string ContentOf(Family family, absl::string_view value) {
    if (family != Family::kPostings) return std::string(value);
    return Roaring::readSafe(value.data(), value.size()).toString();
  }
  Rows RowsOf(TestNode* node, Family family) {
    Rows rows;
    EXPECT_TRUE(node->database()
                    .latest()
                    .ScanPrefix(family, "",
                                [&](absl::string_view key, absl::string_view value) {
                                  // When compaction drops these is up to chance.
                                  const bool empty =
                                      family == Family::kPostings && storage::IsEmptyPosting(value);
                                  if (!empty) rows.emplace(key, ContentOf(family, value));
                                  return true;
                                })
                    .ok());
    return rows;
  }

  // Random work of people at the origin.
  void ChangeSome(int count) {
    for (int i = 0; i < count; ++i) {
      const bool old = !ids_.empty() && random_() % 3 != 0;
      const size_t which = ids_.empty() ? 0 : random_() % ids_.size();
      if (old && random_() % 4 == 0) {
        origin_.Remove(ids_[which], /*erase=*/random_() % 2 == 0);
        ids_.erase(ids_.begin() + static_cast<ptrdiff_t>(which));
        continue;
      }
      const std::string name = absl::StrCat("Nom", random_() % 50);
      v1::Actor actor = random_() % 4 == 0 ? Association(name) : Person("Zélie", name);
      const RecordId id = origin_.Put(actor, old ? ids_[which] : RecordId());
      if (!old) ids_.push_back(id);
    }
  }

  TestNode bulky_{'b'};
  std::vector<RecordId> ids_;
  std::minstd_rand random_{1};
};

TEST_F(BulkTest, MakesTheRowsOfAnOnwardRunAsOneByOne) {
  const ShareId all = NewShareForBoth(v1::VIEW_CARD);
  const ShareId people = NewShareForBoth(v1::VIEW_FULL, "kind = PERSON");
  for (int round = 0; round < 12; ++round) {
    ChangeSome(round % 3 == 0 ? 80 : 15);
    for (const ShareId& share : {all, people}) {
      if (random_() % 4 == 0) continue;  // it lags behind the other
      const PublicationPtr publication = origin_.Publish(share);
      const absl::Status status = SyncLarge(publication, Seq(share));
      ASSERT_TRUE(status.ok()) << status;
      ASSERT_TRUE(member_.Sync(origin_, publication).ok());
      ExpectSameRows();
    }
  }
}

TEST_F(BulkTest, MakesTheRowsOfARunThatReplacesACopyAsOneByOne) {
  const ShareId all = NewShareForBoth(v1::VIEW_CARD);
  const ShareId people = NewShareForBoth(v1::VIEW_FULL, "kind = PERSON");
  for (int round = 0; round < 6; ++round) {
    ChangeSome(60);
    for (const ShareId& share : {people, all}) {
      const PublicationPtr publication = origin_.Publish(share);
      ASSERT_TRUE(SyncLarge(publication, 0).ok());
      ASSERT_TRUE(member_.Apply(origin_, *MakeRun(publication, 0), publication->signed_head).ok());
      ExpectSameRows();
    }
  }
}

TEST_F(BulkTest, GoesOnFromWhatIsStagedOnANewerSnapshot) {
  const ShareId share = NewShareForBoth(v1::VIEW_FULL);
  ChangeSome(100);
  const PublicationPtr first = origin_.Publish(share);
  auto staged = Stage(*MakeRun(first, 0)).value();
  const std::string name = absl::StrCat(folder()->List().value().front());
  // Some of what is staged changes, some goes.
  ChangeSome(80);
  const PublicationPtr second = origin_.Publish(share);
  staged.reset();
  staged = StagedRun::Open(folder(), name).value();
  EXPECT_EQ(staged->seq(), first->head.seq());
  ASSERT_TRUE(staged->Add(MakeRun(second, staged->seq()).value().entries()).ok());
  const absl::Status status = Finish(staged.get(), second);
  ASSERT_TRUE(status.ok()) << status;
  ASSERT_TRUE(member_.Sync(origin_, second).ok());
  ExpectSameRows();
  staged.reset();
  EXPECT_EQ(folder()->List().value().size(), 0U);
}

TEST_F(BulkTest, RefusesWhatASmallRunIsRefusedFor) {
  const ShareId share = NewShareForBoth(v1::VIEW_CARD);
  ChangeSome(40);
  const PublicationPtr publication = origin_.Publish(share);
  const auto reason = [&](const Tamper& tamper) {
    return ErrorReason(SyncLarge(publication, Seq(share), tamper));
  };
  using Entries = std::vector<v1::Entry>;
  const auto put = [](Entries* entries) {
    return std::find_if(entries->begin(), entries->end(),
                        [](const v1::Entry& entry) { return entry.kind() == v1::ENTRY_KIND_PUT; });
  };
  EXPECT_EQ(reason([&](Entries* entries) { entries->erase(put(entries)); }), "ROOT_MISMATCH");
  EXPECT_EQ(reason([&](Entries* entries) { put(entries)->set_revision(9); }), "ROOT_MISMATCH");
  EXPECT_EQ(reason([&](Entries* entries) { put(entries)->mutable_payload()->back() ^= 1; }),
            "ROOT_MISMATCH");
  EXPECT_EQ(ErrorReason(SyncLarge(publication, 3)), "WRONG_FROM");
  EXPECT_EQ(Seq(share), 0U);
  EXPECT_EQ(bulky_.Rows(Family::kLog), 0U);
  ASSERT_TRUE(SyncLarge(publication, 0).ok());
}

TEST_F(BulkTest, IsBoundToTheStateThatItWasMadeFrom) {
  const ShareId share = NewShareForBoth(v1::VIEW_CARD);
  ChangeSome(30);
  const PublicationPtr publication = origin_.Publish(share);
  const auto staged = Stage(*MakeRun(publication, 0)).value();
  Proved proved = ProveStaged(bulky_.database(), &bulky_.writer(), bulky_.BenchFor(origin_),
                              staged.get(), publication->head.seq(), publication->signed_head)
                      .value();
  ASSERT_TRUE(bulky_.Sync(origin_, publication).ok());
  const uint64_t rows = bulky_.Rows(Family::kLog);
  EXPECT_EQ(ErrorReason(bulky_.writer().Commit(std::move(proved.transaction))),
            "CHANGED_MEANWHILE");
  EXPECT_EQ(bulky_.Rows(Family::kLog), rows);
}

TEST_F(BulkTest, MergesLeavesOfManyFilesInOrder) {
  LeafRuns runs(folder(), "leaves");
  constexpr size_t kLeaves = 250'000;
  for (size_t i = 0; i < kLeaves; ++i) {
    LeafChange change;
    change.position = static_cast<uint16_t>(random_());
    change.id = RecordId(std::string(16, static_cast<char>(random_())));
    change.seq = i + 1;
    change.live = i % 2 == 0;
    ASSERT_TRUE(runs.Add(change).ok());
  }
  size_t seen = 0;
  LeafChange last;
  const absl::Status status = runs.Merge([&](const LeafChange& change) {
    const auto order = [](const LeafChange& c) { return std::tuple(c.position, c.id, c.seq); };
    EXPECT_TRUE(seen == 0 || order(last) < order(change));
    EXPECT_EQ(change.live, change.seq % 2 == 1);
    ++seen;
    last = change;
    return absl::OkStatus();
  });
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_EQ(seen, kLeaves);
}

}  // namespace
}  // namespace maillage::sharing

#include "server/sharing/share_stage.h"

#include "client/base/error.h"
#include "gtest/gtest.h"
#include "server/identity/signed.h"
#include "server/sharing/share_log.h"
#include "tests/sharing/test_world.h"

namespace maillage::sharing {
namespace {

using storage::Family;

class ShareStageTest : public testing::Test {
 protected:
  std::vector<v1::Entry> Log(const ShareId& share) {
    std::vector<v1::Entry> entries;
    EXPECT_TRUE(ForEachEntry(origin_.database().latest(), origin_.id(), share, 0, UINT64_MAX,
                             [&](v1::Entry* entry) {
                               entries.push_back(*entry);
                               return true;
                             })
                    .ok());
    return entries;
  }

  TestNode origin_{'o'};
  TestNode member_{'m'};
};

TEST_F(ShareStageTest, LogsTheRecordsThatMatchInOrder) {
  const ShareId share = origin_.Share(v1::VIEW_CARD, {member_.id()}, "kind = ORGANISATION");
  origin_.Put(Person("Anaïs", "Lefèvre"));
  const RecordId first = origin_.Put(Association("Les Jardins du Marais"));
  const RecordId second = origin_.Put(Association("Vivre à Saint-Omer"));
  const auto log = Log(share);
  ASSERT_EQ(log.size(), 2u);
  EXPECT_EQ(log[0].id(), std::string(first.bytes()));
  EXPECT_EQ(log[0].seq(), 1u);
  EXPECT_EQ(log[0].kind(), v1::ENTRY_KIND_PUT);
  EXPECT_EQ(log[1].id(), std::string(second.bytes()));
  EXPECT_EQ(log[1].seq(), 2u);
}

TEST_F(ShareStageTest, ReplacesTheRowOfARecordThatChanges) {
  const ShareId share = origin_.Share(v1::VIEW_CARD, {member_.id()});
  const RecordId id = origin_.Put(Person("Anaïs", "Lefèvre"));
  origin_.Put(Person("Anaïs", "Lefebvre"), id);
  const auto log = Log(share);
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].seq(), 2u);
  EXPECT_EQ(log[0].revision(), 2u);
}

TEST_F(ShareStageTest, WithdrawsARecordThatLeavesTheFilter) {
  const ShareId share = origin_.Share(v1::VIEW_CARD, {member_.id()}, "kind = ORGANISATION");
  const RecordId id = origin_.Put(Association("Les Jardins du Marais"));
  origin_.Put(Person("Anaïs", "Lefèvre"), id);
  auto log = Log(share);
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].kind(), v1::ENTRY_KIND_WITHDRAW);
  EXPECT_EQ(log[0].seq(), 2u);
  EXPECT_TRUE(log[0].payload().empty());
  // Not a second time.
  origin_.Put(Person("Anaïs", "Lefebvre"), id);
  EXPECT_EQ(Log(share)[0].seq(), 2u);
  // And back again.
  origin_.Put(Association("Les Jardins"), id);
  log = Log(share);
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].kind(), v1::ENTRY_KIND_PUT);
  EXPECT_EQ(log[0].seq(), 3u);
}

TEST_F(ShareStageTest, WithdrawsARecordThatIsDeleted) {
  const ShareId share = origin_.Share(v1::VIEW_CARD, {member_.id()});
  const RecordId id = origin_.Put(Person("Anaïs", "Lefèvre"));
  origin_.Remove(id);
  ASSERT_EQ(Log(share).size(), 1u);
  EXPECT_EQ(Log(share)[0].kind(), v1::ENTRY_KIND_WITHDRAW);
}

TEST_F(ShareStageTest, SignsAnErasureInEveryShareThatEverHadTheRecord) {
  const ShareId all = origin_.Share(v1::VIEW_CARD, {member_.id()});
  const ShareId once = origin_.Share(v1::VIEW_FULL, {member_.id()}, "kind = ORGANISATION");
  const ShareId never = origin_.Share(v1::VIEW_FULL, {member_.id()}, "territory:EPCI/243500139");
  const RecordId id = origin_.Put(Association("Les Jardins du Marais"));
  origin_.Put(Person("Anaïs", "Lefèvre"), id);
  origin_.Remove(id, /*erase=*/true);
  for (const ShareId& share : {all, once}) {
    const auto log = Log(share);
    ASSERT_EQ(log.size(), 1u);
    EXPECT_EQ(log[0].kind(), v1::ENTRY_KIND_ERASE);
    EXPECT_TRUE(identity::AreSigned("Erase", EraseBytes(origin_.id(), id, log[0].seq()),
                                    log[0].erase_signature(), {origin_.key().public_key()}));
  }
  EXPECT_TRUE(Log(never).empty());
}

TEST_F(ShareStageTest, FillsANewShareByLookingAgain) {
  origin_.Put(Person("Anaïs", "Lefèvre"));
  origin_.Put(Association("Les Jardins du Marais"));
  const ShareId share = origin_.Share(v1::VIEW_CARD, {member_.id()});
  EXPECT_TRUE(Log(share).empty());
  origin_.LookAgain();
  EXPECT_EQ(Log(share).size(), 2u);
  // What is there already is left alone.
  origin_.LookAgain();
  EXPECT_EQ(Log(share).back().seq(), 2u);
}

TEST_F(ShareStageTest, PutsRecordsAgainWhenTheViewChanges) {
  const ShareId share = origin_.Share(v1::VIEW_FULL, {member_.id()});
  origin_.Put(Person("Anaïs", "Lefèvre"));
  origin_.Share(v1::VIEW_CARD, {member_.id()}, "", share);
  origin_.LookAgain();
  const auto log = Log(share);
  ASSERT_EQ(log.size(), 1u);
  EXPECT_EQ(log[0].view(), v1::VIEW_CARD);
  EXPECT_EQ(log[0].payload().find("example.org"), std::string::npos);
}

TEST_F(ShareStageTest, PreparesAgainWhenAShareCameBetweenPrepareAndCommit) {
  ShareTable shares;
  ShareStage stage(origin_.id(), &shares, &origin_.signer(), nullptr);
  v1::Actor actor = Person("Anaïs", "Lefèvre");
  actor.set_revision(1);
  storage::Transaction transaction;
  const RecordId id = NewRecordId(kNow);
  transaction.changes.push_back(
      {origin_.id(), id, nullptr, std::make_shared<const v1::Actor>(actor)});
  const auto prepared = stage.Prepare(transaction);
  ASSERT_TRUE(prepared.ok());
  const ShareId share = origin_.Share(v1::VIEW_CARD, {member_.id()});
  shares.Put(origin_.shares().Get()->Find(share));
  storage::Group group(origin_.database().latest());
  ASSERT_TRUE(stage.Commit(transaction, prepared->get(), &group).ok());
  EXPECT_TRUE(group.Get(Family::kWhere, storage::WhereKey(origin_.id(), id, share))->has_value());
}

TEST_F(ShareStageTest, GivesANumberAgainThatAFailedGroupTook) {
  ShareTable shares;
  const ShareId share = origin_.Share(v1::VIEW_CARD, {member_.id()});
  shares.Put(origin_.shares().Get()->Find(share));
  ShareStage stage(origin_.id(), &shares, &origin_.signer(), nullptr);
  v1::Actor actor = Person("Anaïs", "Lefèvre");
  actor.set_revision(1);
  storage::Transaction transaction;
  transaction.changes.push_back(
      {origin_.id(), NewRecordId(kNow), nullptr, std::make_shared<const v1::Actor>(actor)});
  const auto prepared = stage.Prepare(transaction);
  for (int attempt = 0; attempt < 2; ++attempt) {
    storage::Group group(origin_.database().latest());
    ASSERT_TRUE(stage.Commit(transaction, prepared->get(), &group).ok());
    ASSERT_TRUE(stage.EndGroup(&group).ok());
    EXPECT_EQ(*group.Get(Family::kMeta, SeqKey(share)), EncodeSeq(1));
    stage.GroupDone(/*committed=*/false);
  }
}

TEST_F(ShareStageTest, SaysWhichLogsHaveGrown) {
  ShareTable shares;
  const ShareId share = origin_.Share(v1::VIEW_CARD, {member_.id()});
  shares.Put(origin_.shares().Get()->Find(share));
  std::set<ShareId> grown;
  ShareStage stage(origin_.id(), &shares, &origin_.signer(),
                   [&](const std::set<ShareId>& logs) { grown = logs; });
  storage::Transaction transaction;
  const ShareId link = LinkId(origin_.id(), member_.id());
  transaction.writes.Put(Family::kLog, storage::LogKey(origin_.id(), link, 1), "message");
  transaction.writes.Put(Family::kLog, storage::LogKey(member_.id(), link, 1), "not own");
  const auto prepared = stage.Prepare(transaction);
  storage::Group group(origin_.database().latest());
  ASSERT_TRUE(stage.Commit(transaction, prepared->get(), &group).ok());
  stage.GroupDone(/*committed=*/true);
  EXPECT_EQ(grown, std::set<ShareId>{link});
}

TEST_F(ShareStageTest, TakesNoFilesOfOwnRecordsWhileThereIsAShare) {
  storage::Transaction files;
  files.brings_own = true;
  EXPECT_TRUE(origin_.writer().Commit(files).ok());
  origin_.Share(v1::VIEW_CARD, {member_.id()});
  EXPECT_EQ(ErrorReason(origin_.writer().Commit(files)), "RECORDS_ARE_SHARED");
}

}  // namespace
}  // namespace maillage::sharing

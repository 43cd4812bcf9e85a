// Changing the terms of a share, and saying before what that changes.
#include <map>
#include <tuple>

#include "client/base/error.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/sharing/share_edit.h"
#include "server/sharing/share_preview.h"
#include "server/sharing/shares.h"
#include "tests/sharing/test_world.h"

namespace maillage::sharing {
namespace {

using storage::Family;

directory::Filter FilterOf(absl::string_view text) {
  return directory::Filter::Parse(text,
                                  [](absl::string_view) -> absl::StatusOr<NodeId> {
                                    return absl::NotFoundError("no aliases here");
                                  })
      .value();
}

class ScopeTest : public testing::Test {
 protected:
  ScopeTest() {
    shares_ = std::make_unique<Shares>(
        origin_.id(), &origin_.signer(), &origin_.database(), &origin_.writer(), &origin_.shares(),
        [](const std::set<ShareId>&) {},
        [](const ShareId&, const absl::Status& status) { ADD_FAILURE() << status; });
    origin_.Put(Person("Anaïs", "Lefèvre"));
    origin_.Put(Person("Bruno", "Delattre"));
    origin_.Put(Association("Les Jardins du Marais"));
  }

  ShareId Make(absl::string_view title, v1::View view, absl::string_view filter = "",
               std::vector<NodeId> members = {}) {
    ShareSpec spec;
    spec.title = std::string(title);
    spec.filter = FilterOf(filter);
    spec.view = view;
    spec.members = members.empty() ? std::vector<NodeId>{member_.id()} : members;
    const ShareId id = shares_->Create(spec, "operators/test").value()->id;
    Fill(id);
    return id;
  }
  OwnSharePtr Share(const ShareId& id) { return origin_.shares().Get()->Find(id); }
  void Fill(const ShareId& id) { EXPECT_TRUE(shares_->FillOne(*Share(id)).ok()); }
  OwnSharePtr Update(const ShareId& id, const ShareChange& change) {
    const auto updated = shares_->Update(id, change, "operators/test");
    EXPECT_TRUE(updated.ok()) << updated.status();
    return *updated;
  }
  uint64_t Seq(const ShareId& id) { return origin_.Publish(id)->head.seq(); }
  // Member, effect -> how many records.
  std::map<std::pair<std::string, v1::ShareEffect>, int64_t> Preview(const ShareId& id,
                                                                     const ShareChange& change) {
    const auto preview = shares_->Preview(id, change, 0, [](const NodeId& n) { return ToText(n); });
    EXPECT_TRUE(preview.ok()) << preview.status();
    std::map<std::pair<std::string, v1::ShareEffect>, int64_t> effects;
    for (const auto& row : preview->counts()) effects[{row.member(), row.effect()}] += row.count();
    return effects;
  }

  TestNode origin_{'o'};
  TestNode member_{'m'};
  TestNode other_{'x'};
  std::unique_ptr<Shares> shares_;
};

TEST_F(ScopeTest, AnotherFilterSendsJustTheDifference) {
  const ShareId id = Make("tous", v1::VIEW_CARD);
  EXPECT_EQ(Seq(id), 3u);
  ShareChange change;
  change.filter = FilterOf("kind = PERSON");
  EXPECT_FALSE(Update(id, change)->IsServed());
  Fill(id);
  EXPECT_TRUE(Share(id)->IsServed());
  EXPECT_EQ(Seq(id), 4u);  // one WITHDRAW
  EXPECT_EQ(Share(id)->descriptor.version(), 2u);
}

TEST_F(ScopeTest, ANarrowerViewPutsEachRecordOnceMore) {
  const ShareId id = Make("tous", v1::VIEW_FULL);
  const PublicationPtr wide = origin_.Publish(id);
  ASSERT_TRUE(member_.Accept(origin_, origin_.Descriptor(id)).ok());
  ASSERT_TRUE(member_.Sync(origin_, wide).ok());
  EXPECT_EQ(member_.Count("email:*"), 2u);
  ShareChange change;
  change.view = v1::VIEW_CARD;
  Update(id, change);
  Fill(id);
  ASSERT_TRUE(member_.Accept(origin_, origin_.Descriptor(id)).ok());
  ASSERT_TRUE(member_.Sync(origin_, origin_.Publish(id)).ok());
  EXPECT_EQ(member_.Count("email:*"), 0u);
  EXPECT_EQ(member_.Count(""), 3u);
}

TEST_F(ScopeTest, AStubOfAWiderTimeKeepsNobodyOut) {
  const ShareId id = Make("tous", v1::VIEW_FULL);
  origin_.Remove(origin_.Put(Person("Chloé", "Vandamme")));
  ShareChange change;
  change.view = v1::VIEW_CARD;
  Update(id, change);
  Fill(id);
  ASSERT_TRUE(member_.Accept(origin_, origin_.Descriptor(id)).ok());
  const absl::Status status = member_.Sync(origin_, origin_.Publish(id));
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(ScopeTest, OtherMembersDoNotFillAgain) {
  const ShareId id = Make("tous", v1::VIEW_CARD);
  ShareChange change;
  change.add = {other_.id()};
  change.relayable = true;
  EXPECT_TRUE(Update(id, change)->IsServed());
  EXPECT_TRUE(Share(id)->HasMember(other_.id()));
  change = {};
  change.remove = {member_.id()};
  Update(id, change);
  EXPECT_FALSE(Share(id)->HasMember(member_.id()));
  EXPECT_THAT(Share(id)->stored.former_members(),
              testing::Contains(std::string(member_.id().bytes())));
  EXPECT_EQ(Seq(id), 3u);
}

TEST_F(ScopeTest, AChangeWhileFillingStartsTheFillingOver) {
  const ShareId id = Make("tous", v1::VIEW_CARD);
  ShareChange change;
  change.filter = FilterOf("kind = PERSON");
  const OwnSharePtr first = Update(id, change);
  change.filter = FilterOf("kind = ORGANISATION");
  Update(id, change);
  // Whoever began to fill the first one leaves the second one unfinished.
  EXPECT_TRUE(shares_->FillOne(*first).ok());
  EXPECT_FALSE(Share(id)->IsServed());
  Fill(id);
  EXPECT_TRUE(Share(id)->IsServed());
  const PublicationPtr publication = origin_.Publish(id);
  EXPECT_EQ(publication->head.live_count(), 1u);
}

TEST_F(ScopeTest, FillingGoesOnWhereItStoppedForThatScopeAlone) {
  const ShareId id = Make("tous", v1::VIEW_CARD);
  ShareChange change;
  change.filter = FilterOf("kind = PERSON");
  const OwnSharePtr share = Update(id, change);
  const auto position = [&](uint64_t version) {
    std::string row;
    for (int shift = 56; shift >= 0; shift -= 8) row.push_back(static_cast<char>(version >> shift));
    storage::Transaction transaction;
    transaction.writes.Put(Family::kMeta, absl::StrCat("share-fill/", id.bytes()),
                           row + std::string(16, '\xff'));
    EXPECT_TRUE(origin_.writer().Commit(std::move(transaction)).ok());
  };
  // A position of another scope says nothing: all is looked at.
  position(share->stored.scope_version() - 1);
  Fill(id);
  EXPECT_EQ(origin_.Publish(id)->head.live_count(), 2u);
  change.filter = FilterOf("kind = ORGANISATION");
  position(Update(id, change)->stored.scope_version());
  Fill(id);
  EXPECT_EQ(origin_.Publish(id)->head.live_count(), 2u) << "looked again at what was done";
}

TEST_F(ScopeTest, RefusesAShareWithoutMembersAndAStrangersRemoval) {
  const ShareId id = Make("tous", v1::VIEW_CARD);
  ShareChange change;
  change.remove = {member_.id()};
  EXPECT_EQ(ErrorReason(shares_->Update(id, change, "").status()), "BAD_SHARE");
  change.remove = {other_.id()};
  EXPECT_EQ(ErrorReason(shares_->Update(id, change, "").status()), "NOT_A_MEMBER");
  EXPECT_EQ(ErrorReason(shares_->Update(NewShareId(), change, "").status()), "NO_SUCH_SHARE");
}

TEST_F(ScopeTest, AHeadOnItsWayToTheDiskLeavesNothingOfADeletedShare) {
  const ShareId id = Make("tous", v1::VIEW_CARD);
  const Issuer issuer{origin_.id(), Incarnation("0123456789abcdef"), &origin_.signer()};
  auto issued = Issue(issuer, Share(id), origin_.database().Snapshot(), nullptr, kNow);
  ASSERT_TRUE(issued.ok());
  ASSERT_TRUE(shares_->Delete(id, "operators/test").ok());
  Fill(id);
  EXPECT_TRUE(absl::IsAborted(origin_.writer().Commit(std::move(issued->transaction))));
  for (const Family family : {Family::kLog, Family::kWhere, Family::kTree}) {
    EXPECT_EQ(origin_.Rows(family), 0u) << static_cast<int>(family);
  }
}

TEST_F(ScopeTest, SaysWhatEntersLeavesWidensAndNarrows) {
  const ShareId id = Make("personnes", v1::VIEW_PROFESSIONAL, "kind = PERSON");
  const std::string member = ToText(member_.id());
  ShareChange change;
  change.filter = FilterOf("kind = ORGANISATION");
  auto effects = Preview(id, change);
  EXPECT_EQ(effects[std::make_pair(member, v1::SHARE_EFFECT_ENTER)], 1);
  EXPECT_EQ(effects[std::make_pair(member, v1::SHARE_EFFECT_LEAVE)], 2);
  change = {};
  change.view = v1::VIEW_FULL;
  effects = Preview(id, change);
  EXPECT_EQ(effects[std::make_pair(member, v1::SHARE_EFFECT_WIDEN)], 2);
  EXPECT_EQ(effects.size(), 1u);
  change.view = v1::VIEW_CARD;
  EXPECT_EQ(Preview(id, change)[std::make_pair(member, v1::SHARE_EFFECT_NARROW)], 2);
  // Nothing was changed by looking.
  EXPECT_EQ(Share(id)->descriptor.version(), 1u);
}

TEST_F(ScopeTest, SaysWhatMembersGainAndLoseOverAllTheirShares) {
  Make("tous", v1::VIEW_CARD);
  const ShareId id = Make("personnes", v1::VIEW_FULL, "kind = PERSON");
  ShareChange change;
  change.add = {other_.id()};
  change.remove = {member_.id()};
  const auto effects = Preview(id, change);
  // Who goes sees the cards still, by the other share.
  const std::map<std::pair<std::string, v1::ShareEffect>, int64_t> expected = {
      {{ToText(member_.id()), v1::SHARE_EFFECT_NARROW}, 2},
      {{ToText(other_.id()), v1::SHARE_EFFECT_ENTER}, 2}};
  EXPECT_EQ(effects, expected);
}

TEST_F(ScopeTest, NamesSomeOfTheRecords) {
  const ShareId id = Make("personnes", v1::VIEW_CARD, "kind = PERSON");
  ShareChange change;
  change.filter = FilterOf("kind = ORGANISATION");
  const auto preview = shares_->Preview(id, change, 1, [](const NodeId&) { return "irev"; });
  ASSERT_TRUE(preview.ok());
  ASSERT_EQ(preview->records_size(), 2);
  EXPECT_EQ(preview->records(0).member(), "irev");
  EXPECT_EQ(preview->records(0).display_name(), "Les Jardins du Marais");
  EXPECT_EQ(preview->records(1).effect(), v1::SHARE_EFFECT_LEAVE);
}

}  // namespace
}  // namespace maillage::sharing

#include "server/broadcast/audience.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "server/directory/actor.h"
#include "server/directory/shown.h"
#include "tests/broadcast/node_fixture.h"

namespace maillage::broadcast {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

class AudienceTest : public ::testing::Test {
 protected:
  AudienceTest() : node_("irev") {}

  Audience Expand() {
    auto audience = Audience::Expand(node_.database->Snapshot(), node_.self->node(),
                                     directory::Filter(), [](const NodeId&) { return "IREV"; });
    EXPECT_TRUE(audience.ok()) << audience.status();
    return *std::move(audience);
  }

  std::map<std::string, int64_t> Exclusions(const Audience& audience) {
    std::map<std::string, int64_t> counts;
    for (const auto& count : audience.exclusions()) counts[count.reason()] = count.count();
    return counts;
  }

  std::vector<Recipient> All(const Audience& audience) {
    std::vector<Recipient> all;
    EXPECT_TRUE(audience
                    .ForEach([&all](Recipient recipient) {
                      all.push_back(std::move(recipient));
                      return true;
                    })
                    .ok());
    return all;
  }

  // A partner's actor, as if it had come by a share.
  void AddForeign(v1::Actor actor) {
    const NodeId origin("partner-no");
    const ShareId share("share-id");
    const RecordId id = NewRecordId(absl::Now());
    v1::Entry entry;
    entry.set_id(std::string(id.bytes()));
    entry.set_seq(++seq_);
    entry.set_kind(v1::ENTRY_KIND_PUT);
    entry.set_view(v1::VIEW_FULL);
    entry.set_revision(1);
    ASSERT_TRUE(directory::Normalise(&actor).ok());
    entry.set_payload(actor.SerializeAsString());
    storage::Transaction transaction;
    transaction.writes.Put(storage::Family::kLog, storage::LogKey(origin, share, seq_),
                           entry.SerializeAsString());
    transaction.writes.Put(
        storage::Family::kWhere, storage::WhereKey(origin, id, share),
        directory::EncodeSighting({share, seq_, v1::VIEW_FULL, 1, v1::ENTRY_KIND_PUT}));
    transaction.changes.push_back(
        {origin, id, nullptr, directory::ActorOfEntry(origin, entry), {}});
    ASSERT_TRUE(node_.writer->Commit(std::move(transaction)).ok());
  }

  TestNode node_;
  uint64_t seq_ = 0;
};

v1::Actor WithContacts(const std::vector<std::pair<std::string, v1::ContactScope>>& contacts) {
  v1::Actor actor;
  for (const auto& [mailbox, scope] : contacts) TestNode::AddMailbox(mailbox, scope, &actor);
  return actor;
}

TEST(ChooseMailbox, PrefersTheFirstUsableWorkAddress) {
  constexpr auto kWork = v1::CONTACT_SCOPE_WORK;
  constexpr auto kPrivate = v1::CONTACT_SCOPE_PRIVATE;
  struct Case {
    v1::Actor actor;
    std::string mailbox;
    std::string exclusion;
  };
  v1::Actor restricted = WithContacts({{"a@example.org", kWork}});
  restricted.set_restricted(true);
  v1::Actor phone;
  phone.add_contact_points()->set_kind(v1::CONTACT_KIND_PHONE);
  const Case cases[] = {
      {WithContacts({}), "", "NO_EMAIL"},
      {phone, "", "NO_EMAIL"},
      {restricted, "", "RESTRICTED"},
      {WithContacts({{"nobody", kWork}}), "", "INVALID_ADDRESS"},
      {WithContacts({{"A@Example.org", kWork}}), "a@example.org", ""},
      {WithContacts({{"p@example.org", kPrivate}, {"w@example.org", kWork}}), "w@example.org", ""},
      {WithContacts({{"p@example.org", kPrivate}, {"q@example.org", kPrivate}}), "p@example.org",
       ""},
      {WithContacts({{"bad", kWork}, {"p@example.org", kPrivate}, {"w@example.org", kWork}}),
       "w@example.org", ""},
      {WithContacts({{"x@example.org", v1::CONTACT_SCOPE_UNSPECIFIED}}), "x@example.org", ""},
  };
  for (const Case& c : cases) {
    const ChosenMailbox chosen = ChooseMailbox(c.actor);
    EXPECT_EQ(chosen.mailbox, c.mailbox);
    EXPECT_EQ(std::string(chosen.exclusion), c.exclusion);
  }
}

TEST_F(AudienceTest, MailsEachAddressOnceAndCountsTheOthers) {
  node_.Add(node_.Citizen("Un", "same@example.org"));
  node_.Add(node_.Citizen("Deux", "SAME@example.org"));
  node_.Add(node_.Citizen("Trois", "other@example.org"));
  node_.Add(node_.Citizen("Quatre", ""));
  v1::Actor restricted = node_.Citizen("Cinq", "five@example.org");
  restricted.set_restricted(true);
  node_.Add(restricted);
  const Audience audience = Expand();
  EXPECT_EQ(audience.size(), 2);
  EXPECT_THAT(Exclusions(audience), ElementsAre(Pair("DUPLICATE_ADDRESS", 1), Pair("NO_EMAIL", 1),
                                                Pair("RESTRICTED", 1)));
  ASSERT_EQ(audience.by_category().size(), 1u);
  EXPECT_EQ(audience.by_category()[0].category(), v1::AUDIENCE_CATEGORY_CITIZEN);
  EXPECT_EQ(audience.by_category()[0].count(), 2);
}

TEST_F(AudienceTest, GivesASharedAddressToTheFirstCategory) {
  node_.Add(node_.Citizen("Durand", "mairie@example.org"));
  v1::Actor town;
  town.set_kind(v1::ACTOR_KIND_ORGANISATION);
  town.set_organisation_name("Mairie");
  town.set_organisation_type(v1::ORGANISATION_TYPE_INSTITUTION);
  TestNode::AddMailbox("mairie@example.org", v1::CONTACT_SCOPE_WORK, &town);
  node_.Add(town);
  const Audience audience = Expand();
  const std::vector<Recipient> all = All(audience);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].row.display_name(), "Mairie");
  EXPECT_EQ(all[0].row.category(), v1::AUDIENCE_CATEGORY_INSTITUTION);
  ASSERT_EQ(audience.by_category().size(), 1u);
  EXPECT_EQ(audience.by_category()[0].category(), v1::AUDIENCE_CATEGORY_INSTITUTION);
}

TEST_F(AudienceTest, PrefersOwnActorsToAPartners) {
  v1::Actor town;
  town.set_kind(v1::ACTOR_KIND_ORGANISATION);
  town.set_organisation_name("Mairie");
  town.set_organisation_type(v1::ORGANISATION_TYPE_INSTITUTION);
  TestNode::AddMailbox("mairie@example.org", v1::CONTACT_SCOPE_WORK, &town);
  AddForeign(town);
  AddForeign(node_.Citizen("Ailleurs", "ailleurs@example.org"));
  node_.Add(node_.Citizen("Durand", "mairie@example.org"));
  const std::vector<Recipient> all = All(Expand());
  ASSERT_EQ(all.size(), 2u);
  EXPECT_EQ(all[0].row.display_name(), "Zoé Ailleurs");
  EXPECT_EQ(all[1].row.display_name(), "Zoé Durand");
}

TEST_F(AudienceTest, SaysWhatTheMailSaysToThePerson) {
  node_.Add(node_.Citizen("Lefèvre-d'Hulst", "zoe@example.org"));
  const std::vector<Recipient> all = All(Expand());
  ASSERT_EQ(all.size(), 1u);
  const v1::StoredRecipient& row = all[0].row;
  EXPECT_EQ(row.number(), 1u);
  EXPECT_EQ(row.mailbox(), "zoe@example.org");
  EXPECT_EQ(row.display_name(), "Zoé Lefèvre-d'Hulst");
  EXPECT_EQ(row.salutation(), "Madame Zoé Lefèvre-d'Hulst,");
  EXPECT_EQ(row.source(),
            "Vous recevez cette invitation parce que vos coordonnées figurent dans l'annuaire "
            "tenu par : IREV (source : Inscription aux rencontres).");
  EXPECT_THAT(row.actor(), ::testing::StartsWith("nodes/"));
}

TEST_F(AudienceTest, NumbersWithoutGaps) {
  node_.AddCitizens(20);
  uint32_t expected = 0;
  for (const Recipient& recipient : All(Expand())) EXPECT_EQ(recipient.row.number(), ++expected);
  EXPECT_EQ(expected, 20u);
}

TEST_F(AudienceTest, LooksThroughOneSnapshot) {
  node_.AddCitizens(3);
  const Audience audience = Expand();
  node_.Add(node_.Citizen("Tard", "late@example.org"));
  EXPECT_EQ(All(audience).size(), 3u);
}

}  // namespace
}  // namespace maillage::broadcast

// What a partner may make a subscriber hold, and show.
#include <functional>
#include <string>

#include "tests/sharing/subscriber_fixture.h"

namespace maillage::sharing {
namespace {

using BoundsTest = SubscriberFixture;

TEST_F(BoundsTest, RefusesARunThatIsTooLargeToHold) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  origin_.Put(Person("Anaïs", "Lefèvre"));
  v1::RunStart start;
  start.set_origin(std::string(origin_.id().bytes()));
  start.set_share(std::string(share.bytes()));
  start.set_incarnation(std::string(16, 'i'));
  start.set_to_seq(9);
  auto run = IncomingRun::Start(start);
  v1::RunEntries part;
  v1::Entry* entry = part.add_entries();
  entry->set_id(std::string(16, 'i'));
  entry->set_seq(1);
  entry->set_kind(v1::ENTRY_KIND_PUT);
  entry->set_view(v1::VIEW_CARD);
  entry->set_payload(std::string(5000, 'p'));
  EXPECT_EQ(ErrorReason(run->Add(&part, 4000)), "RUN_TOO_LARGE");
}

TEST_F(BoundsTest, TakesARunInManySmallMessagesWithoutCopyingItEachTime) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  v1::RunStart start;
  start.set_origin(std::string(origin_.id().bytes()));
  start.set_share(std::string(share.bytes()));
  start.set_incarnation(std::string(16, 'i'));
  start.set_to_seq(5000);
  auto run = IncomingRun::Start(start);
  int moves = 0;
  for (uint64_t seq = 1; seq <= 5000; ++seq) {
    v1::RunEntries part;
    v1::Entry* entry = part.add_entries();
    entry->set_id(std::string(16, 'i'));
    entry->set_seq(seq);
    entry->set_kind(v1::ENTRY_KIND_WITHDRAW);
    entry->set_view(v1::VIEW_CARD);
    const auto* before = run->entries().data();
    ASSERT_TRUE(run->Add(&part, kMaxRunBytes).ok());
    if (run->entries().data() != before) ++moves;
  }
  EXPECT_LT(moves, 50);
}

// What an origin that ignores its own rules may sign.
TEST_F(BoundsTest, RefusesRecordsWithoutEnd) {
  const struct {
    const char* what;
    std::function<void(v1::Actor*)> change;
  } kCases[] = {
      {"memberships",
       [](v1::Actor* a) {
         for (int i = 0; i < 100'000; ++i) a->add_memberships();
       }},
      {"territories of one membership",
       [](v1::Actor* a) {
         for (int i = 0; i < 20'000; ++i) a->mutable_memberships(0)->add_territories();
       }},
      {"addresses",
       [](v1::Actor* a) {
         for (int i = 0; i < 5'000; ++i) a->add_contact_points();
       }},
      {"family name",
       [](v1::Actor* a) { a->mutable_person_name()->set_family(std::string(200'000, 'a')); }},
      {"terminal commands", [](v1::Actor* a) { a->mutable_person_name()->set_given("\x1b[2J"); }},
      {"address", [](v1::Actor* a) { a->mutable_contact_points(0)->set_value("a\nb\r@c"); }},
  };
  for (const auto& test : kCases) {
    const ShareId share = NewShare(v1::VIEW_FULL);
    v1::Actor actor = Person("Anaïs", "Lefèvre");
    test.change(&actor);
    const RecordId id = origin_.Put(actor);
    EXPECT_EQ(ErrorReason(SyncNow(share)), "BAD_PAYLOAD") << test.what;
    EXPECT_EQ(member_.Count(""), 0u) << test.what;
    origin_.Remove(id);
  }
}

TEST_F(BoundsTest, ShowsNothingOfALinkWhoseMessageBorrowsTheIdOfARecord) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  const RecordId id = origin_.Put(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(SendOnLink(id, Person("Bruno", "Delattre").SerializeAsString()).ok());
  EXPECT_EQ(member_.Shown(origin_, id), nullptr);
  ASSERT_TRUE(SyncNow(share).ok());
  ASSERT_NE(member_.Shown(origin_, id), nullptr);
  EXPECT_EQ(member_.Shown(origin_, id)->person_name().given(), "Anaïs");
  EXPECT_EQ(member_.Count(""), 1u);
  origin_.Remove(id);
  ASSERT_TRUE(SyncNow(share).ok());
  EXPECT_EQ(member_.Shown(origin_, id), nullptr);
  EXPECT_EQ(member_.Count(""), 0u);
}

TEST_F(BoundsTest, RefusesALinkWhoseReceiverHasNoRoomForMoreMessages) {
  const RecordId id = NewRecordId(kNow);
  const std::string sealed(1000, 's');
  for (const InboxUse& full : {InboxUse{kMaxInboxMessages, 0}, InboxUse{1, kMaxInboxBytes}}) {
    EXPECT_EQ(ErrorReason(SendOnLink(id, sealed, full)), "INBOX_FULL");
    EXPECT_EQ(member_.Rows(storage::Family::kInbox), 0u);
  }
  EXPECT_TRUE(SendOnLink(id, sealed, {kMaxInboxMessages - 1, kMaxInboxBytes - 1000}).ok());
  EXPECT_EQ(member_.Rows(storage::Family::kInbox), 1u);
}

}  // namespace
}  // namespace maillage::sharing

#include "tests/sharing/subscriber_fixture.h"

namespace maillage::sharing {
namespace {

using storage::Family;
using SubscriberTest = SubscriberFixture;

TEST_F(SubscriberTest, ShowsAndFindsWhatIsProved) {
  const ShareId share = NewShare(v1::VIEW_PROFESSIONAL);
  const RecordId id = origin_.Put(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(SyncNow(share).ok());
  const auto shown = member_.Shown(origin_, id);
  ASSERT_NE(shown, nullptr);
  EXPECT_EQ(shown->person_name().family(), "Lefèvre");
  EXPECT_EQ(shown->view(), v1::VIEW_PROFESSIONAL);
  EXPECT_EQ(shown->contact_points_size(), 1);
  EXPECT_EQ(member_.Count("territory:62765"), 1u);
}

TEST_F(SubscriberTest, GoesOnFromItsCursorAndRepeatsNothing) {
  const ShareId share = NewShare(v1::VIEW_CARD);
  origin_.Put(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(SyncNow(share).ok());
  origin_.Put(Person("Bruno", "Delattre"));
  const PublicationPtr publication = origin_.Publish(share);
  const auto run = MakeRun(publication, member_.SeqOf(origin_, share));
  ASSERT_EQ(run->entries().size(), 1u);
  ASSERT_TRUE(member_.Apply(origin_, *run, publication->signed_head).ok());
  EXPECT_EQ(member_.Count(""), 2u);
  // The same run again, as after a lost Ack.
  EXPECT_EQ(ErrorReason(member_.Apply(origin_, *run, publication->signed_head)), "WRONG_FROM");
  EXPECT_EQ(member_.Count(""), 2u);
}

TEST_F(SubscriberTest, RefusesEntriesThatWereTamperedWith) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  const RecordId first = origin_.Put(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(SyncNow(share).ok());
  origin_.Put(Person("Bruno", "Delattre"));
  origin_.Put(Person("Chloé", "Vandamme"));
  using Entries = std::vector<v1::Entry>;
  const struct {
    const char* what;
    Tamper tamper;
    const char* reason;
  } kCases[] = {
      {"payload", [](Entries* e) { e->at(0).mutable_payload()->back() ^= 1; }, "ROOT_MISMATCH"},
      {"hidden", [](Entries* e) { e->erase(e->begin()); }, "ROOT_MISMATCH"},
      {"last hidden", [](Entries* e) { e->pop_back(); }, "ROOT_MISMATCH"},
      {"revision", [](Entries* e) { e->at(0).set_revision(9); }, "ROOT_MISMATCH"},
      {"view", [](Entries* e) { e->at(0).set_view(v1::VIEW_CARD); }, "ROOT_MISMATCH"},
      {"forged withdrawal",
       [&](Entries* e) {
         v1::Entry stub = e->at(0);
         stub.set_id(std::string(first.bytes()));
         stub.set_kind(v1::ENTRY_KIND_WITHDRAW);
         stub.clear_payload();
         (*e)[0] = stub;
       },
       "ROOT_MISMATCH"},
      {"order", [](Entries* e) { std::swap(e->at(0), e->at(1)); }, "OUT_OF_ORDER"},
      {"seq twice", [](Entries* e) { e->at(1).set_seq(e->at(0).seq()); }, "OUT_OF_ORDER"},
      {"seq before", [](Entries* e) { e->at(0).set_seq(1); }, "OUT_OF_ORDER"},
      {"seq beyond", [](Entries* e) { e->at(1).set_seq(99); }, "OUT_OF_ORDER"},
      {"no id", [](Entries* e) { e->at(0).clear_id(); }, "BAD_ENTRY"},
      {"no kind", [](Entries* e) { e->at(0).clear_kind(); }, "BAD_ENTRY"},
      {"no view", [](Entries* e) { e->at(0).clear_view(); }, "BAD_ENTRY"},
      {"odd view", [](Entries* e) { e->at(0).set_view(static_cast<v1::View>(77)); }, "BAD_ENTRY"},
      {"empty put", [](Entries* e) { e->at(0).clear_payload(); }, "BAD_ENTRY"},
      {"large", [](Entries* e) { e->at(0).mutable_payload()->resize(300 << 10); }, "BAD_ENTRY"},
      {"stub with payload", [](Entries* e) { e->at(0).set_kind(v1::ENTRY_KIND_WITHDRAW); },
       "BAD_ENTRY"},
      {"unsigned erase",
       [](Entries* e) {
         e->at(0).set_kind(v1::ENTRY_KIND_ERASE);
         e->at(0).clear_payload();
       },
       "UNSIGNED_ERASE"},
      {"erase signed by nobody",
       [](Entries* e) {
         e->at(0).set_kind(v1::ENTRY_KIND_ERASE);
         e->at(0).clear_payload();
         e->at(0).set_erase_signature(std::string(64, 's'));
       },
       "BAD_ERASE"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(ReasonOf(share, test.tamper), test.reason) << test.what;
    EXPECT_EQ(member_.SeqOf(origin_, share), 1u) << test.what;
    EXPECT_EQ(member_.Count(""), 1u) << test.what;
  }
  EXPECT_EQ(ReasonOf(share, nullptr), "");
  EXPECT_EQ(member_.Count(""), 3u);
}

TEST_F(SubscriberTest, RefusesHeadsThatAreNotTheOriginsWord) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  origin_.Put(Person("Anaïs", "Lefèvre"));
  const PublicationPtr publication = origin_.Publish(share);
  const TestNode stranger('s');
  v1::Signed wrong_signature = publication->signed_head;
  wrong_signature.mutable_signature()->back() ^= 1;
  v1::Signed wrong_name = publication->signed_head;
  wrong_name.set_signature(identity::SignBytes("Offer", wrong_name.payload(), origin_.key()));
  const auto forge = [&](const std::function<void(v1::Head*)>& change) {
    return ForgeHead(publication, origin_.key(), change);
  };
  const struct {
    const char* what;
    v1::Signed head;
    const char* reason;
  } kCases[] = {
      {"signature", wrong_signature, "WRONG_SIGNATURE"},
      {"another message's", wrong_name, "WRONG_SIGNATURE"},
      {"stranger", ForgeHead(publication, stranger.key()), "UNKNOWN_KEY"},
      {"member itself", ForgeHead(publication, member_.key()), "UNKNOWN_KEY"},
      {"origin", forge([&](auto* h) { h->set_origin(std::string(10, 'x')); }), "WRONG_HEAD"},
      {"share", forge([](auto* h) { h->set_share("another1"); }), "WRONG_HEAD"},
      {"incarnation", forge([](auto* h) { h->set_incarnation("another1another1"); }), "WRONG_HEAD"},
      {"seq", forge([](auto* h) { h->set_seq(2); }), "WRONG_HEAD"},
      {"short root", forge([](auto* h) { h->set_root("root"); }), "WRONG_HEAD"},
      {"root", forge([](auto* h) { h->mutable_root()->back() ^= 1; }), "ROOT_MISMATCH"},
      {"count", forge([](auto* h) { h->set_live_count(7); }), "COUNT_MISMATCH"},
      {"terms", forge([](auto* h) { h->set_descriptor_version(2); }), "UNKNOWN_DESCRIPTOR"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(ReasonOfHead(publication, test.head), test.reason) << test.what;
  }
  EXPECT_EQ(ReasonOfHead(publication, publication->signed_head, kNow - absl::Minutes(11)),
            "HEAD_AHEAD");
  EXPECT_EQ(member_.Count(""), 0u);
  EXPECT_EQ(ReasonOfHead(publication, publication->signed_head, kNow - absl::Minutes(9)), "");
}

TEST_F(SubscriberTest, RefusesAnOldHeadPlayedAgain) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  const RecordId id = origin_.Put(Person("Anaïs", "Lefèvre"));
  const PublicationPtr old = origin_.Publish(share);
  const auto old_run = MakeRun(old, 0);
  ASSERT_TRUE(member_.Apply(origin_, *old_run, old->signed_head).ok());
  origin_.Remove(id);
  ASSERT_TRUE(SyncNow(share).ok());
  EXPECT_EQ(member_.Shown(origin_, id), nullptr);
  EXPECT_EQ(ErrorReason(member_.Apply(origin_, *old_run, old->signed_head)), "REPLAYED_HEAD");
  EXPECT_EQ(member_.Shown(origin_, id), nullptr);
}

TEST_F(SubscriberTest, RefusesAHeadOfTheSameSeqThatWasIssuedEarlier) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  origin_.Put(Person("Anaïs", "Lefèvre"));
  const PublicationPtr first = origin_.Publish(share);
  const PublicationPtr renewed = origin_.Publish(share, kNow + absl::Minutes(5));
  ASSERT_TRUE(member_.Sync(origin_, renewed).ok());
  EXPECT_EQ(ReasonOfHead(first, first->signed_head), "REPLAYED_HEAD");
}

TEST_F(SubscriberTest, FreezesAShareWhoseLogForked) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  origin_.Put(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(SyncNow(share).ok());
  const PublicationPtr publication = origin_.Publish(share);
  const auto fork = [](v1::Head* head) { head->mutable_root()->back() ^= 1; };
  EXPECT_EQ(ReasonOfHead(publication, ForgeHead(publication, origin_.key(), fork)), "FORK");
  v1::StoredShare stored;
  Quarantine(InvalidArgument("FORK", "two roots"), kNow, &stored);
  EXPECT_TRUE(stored.quarantine().frozen());
  EXPECT_EQ(stored.quarantine().reason(), "FORK");
}

TEST_F(SubscriberTest, RefusesRunsThatDoNotStartAtItsCursor) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  origin_.Put(Person("Anaïs", "Lefèvre"));
  origin_.Put(Person("Bruno", "Delattre"));
  const PublicationPtr publication = origin_.Publish(share);
  const auto late = MakeRun(publication, 1);
  EXPECT_EQ(ErrorReason(member_.Apply(origin_, *late, publication->signed_head)), "WRONG_FROM");
}

TEST_F(SubscriberTest, RefusesAShareThatItDoesNotWant) {
  const ShareId share = origin_.Share(v1::VIEW_FULL, {member_.id()});
  ASSERT_TRUE(member_.Accept(origin_, origin_.Descriptor(share), /*subscribe=*/false).ok());
  origin_.Put(Person("Anaïs", "Lefèvre"));
  EXPECT_EQ(ReasonOf(share, nullptr), "NOT_SUBSCRIBED");
}

TEST_F(SubscriberTest, RefusesEntriesWiderThanTheDescriptor) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  origin_.Put(Person("Anaïs", "Lefèvre"));
  const PublicationPtr wide = origin_.Publish(share);
  // The terms are narrowed; the supplier still serves the old entries.
  origin_.Share(v1::VIEW_CARD, {member_.id()}, "", share);
  ASSERT_TRUE(member_.Accept(origin_, origin_.Descriptor(share)).ok());
  EXPECT_EQ(ReasonOfHead(wide, wide->signed_head), "VIEW_TOO_WIDE");
}

TEST_F(SubscriberTest, FollowsAViewThatNarrowsAndWidens) {
  const ShareId share = NewShare(v1::VIEW_FULL);
  const RecordId id = origin_.Put(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(SyncNow(share).ok());
  EXPECT_EQ(member_.Count("email:maison@example.org"), 1u);
  for (const auto& [view, contacts] : {std::pair{v1::VIEW_CARD, 0}, {v1::VIEW_FULL, 2}}) {
    origin_.Share(view, {member_.id()}, "", share);
    ASSERT_TRUE(member_.Accept(origin_, origin_.Descriptor(share)).ok());
    origin_.LookAgain();
    ASSERT_TRUE(SyncNow(share).ok());
    EXPECT_EQ(member_.Shown(origin_, id)->contact_points_size(), contacts);
    EXPECT_EQ(member_.Count("email:maison@example.org"), contacts == 0 ? 0u : 1u);
  }
  EXPECT_EQ(member_.Rows(Family::kLog), 1u);
}

TEST_F(SubscriberTest, WithdrawsWhatLeftTheFilter) {
  const ShareId share = NewShare(v1::VIEW_CARD, "kind = ORGANISATION");
  const RecordId id = origin_.Put(Association("Les Jardins du Marais"));
  ASSERT_TRUE(SyncNow(share).ok());
  EXPECT_NE(member_.Shown(origin_, id), nullptr);
  origin_.Put(Person("Anaïs", "Lefèvre"), id);
  ASSERT_TRUE(SyncNow(share).ok());
  EXPECT_EQ(member_.Shown(origin_, id), nullptr);
  EXPECT_EQ(member_.Count(""), 0u);
  EXPECT_EQ(member_.Rows(Family::kTree), 0u);
}

TEST_F(SubscriberTest, ShowsTheWidestViewAndFallsBackWhenItIsWithdrawn) {
  const ShareId card = NewShare(v1::VIEW_CARD);
  const ShareId full = NewShare(v1::VIEW_FULL, "kind = PERSON");
  const RecordId id = origin_.Put(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(SyncNow(card).ok());
  EXPECT_EQ(member_.Shown(origin_, id)->view(), v1::VIEW_CARD);
  ASSERT_TRUE(SyncNow(full).ok());
  EXPECT_EQ(member_.Shown(origin_, id)->view(), v1::VIEW_FULL);
  EXPECT_EQ(member_.Count("email:maison@example.org"), 1u);
  EXPECT_EQ(member_.Count(""), 1u);

  origin_.Put(Association("Les Jardins du Marais"), id);
  // The wide entry stays in view, however old, until it is withdrawn.
  ASSERT_TRUE(SyncNow(card).ok());
  EXPECT_EQ(member_.Shown(origin_, id)->view(), v1::VIEW_FULL);
  ASSERT_TRUE(SyncNow(full).ok());
  EXPECT_EQ(member_.Shown(origin_, id)->view(), v1::VIEW_CARD);
  EXPECT_EQ(member_.Shown(origin_, id)->organisation_name(), "Les Jardins du Marais");
  EXPECT_EQ(member_.Count("email:maison@example.org"), 0u);
  EXPECT_EQ(member_.Count("kind = ORGANISATION"), 1u);
}

TEST_F(SubscriberTest, HidesAnErasedRecordInAllSharesAtOnce) {
  const ShareId card = NewShare(v1::VIEW_CARD);
  const ShareId full = NewShare(v1::VIEW_FULL);
  const RecordId id = origin_.Put(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(SyncNow(card).ok());
  ASSERT_TRUE(SyncNow(full).ok());
  origin_.Remove(id, /*erase=*/true);
  ASSERT_TRUE(SyncNow(card).ok());
  EXPECT_EQ(member_.Shown(origin_, id), nullptr);
  EXPECT_EQ(member_.Count(""), 0u);
  ASSERT_TRUE(SyncNow(full).ok());
  EXPECT_EQ(member_.Shown(origin_, id), nullptr);
  EXPECT_EQ(member_.Rows(Family::kTree), 0u);
}

TEST_F(SubscriberTest, StartsAnewWithANewLifeOfTheLogAndDropsWhatItLacks) {
  const ShareId share = NewShare(v1::VIEW_CARD);
  const RecordId lost = origin_.Put(Person("Anaïs", "Lefèvre"));
  const RecordId kept = origin_.Put(Person("Bruno", "Delattre"));
  ASSERT_TRUE(SyncNow(share).ok());
  const uint64_t log_rows = member_.Rows(Family::kLog);

  // The same node, restored without the first record.
  TestNode again('o');
  again.Share(v1::VIEW_CARD, {member_.id()}, "", share);
  again.Put(Person("Bruno", "Delattre"), kept);
  const Issuer issuer{again.id(), Incarnation("9999999999999999"), &again.signer()};
  const auto issued =
      Issue(issuer, again.shares().Get()->Find(share), again.database().Snapshot(), nullptr, kNow);
  ASSERT_TRUE(issued.ok());
  const auto run = MakeRun(issued->publication, 0);
  ASSERT_TRUE(member_.Apply(again, *run, issued->publication->signed_head).ok());
  EXPECT_EQ(member_.Shown(origin_, lost), nullptr);
  EXPECT_NE(member_.Shown(origin_, kept), nullptr);
  EXPECT_EQ(member_.Count(""), 1u);
  EXPECT_EQ(member_.Rows(Family::kLog), log_rows - 1);
  EXPECT_EQ(member_.Rows(Family::kTree), 5u);

  // The former life is over.
  const PublicationPtr former = origin_.Publish(share);
  EXPECT_EQ(ErrorReason(member_.Apply(origin_, *MakeRun(former, 0), former->signed_head)),
            "REPLAYED_HEAD");
}

TEST_F(SubscriberTest, RefusesDescriptorsThatAreOldForkedOrWrong) {
  const ShareId share = origin_.Share(v1::VIEW_CARD, {member_.id()});
  const v1::Signed first = origin_.Descriptor(share);
  origin_.Share(v1::VIEW_FULL, {member_.id()}, "", share);
  const v1::Signed second = origin_.Descriptor(share);
  ASSERT_TRUE(member_.Accept(origin_, second).ok());
  EXPECT_EQ(ErrorReason(member_.Accept(origin_, first)), "REPLAYED_DESCRIPTOR");
  const auto change = [&](const std::function<void(v1::ShareDescriptor*)>& edit) {
    v1::ShareDescriptor descriptor;
    EXPECT_TRUE(descriptor.ParseFromString(second.payload()));
    edit(&descriptor);
    return identity::SignMessage(descriptor, origin_.key());
  };
  const auto reason = [&](const std::function<void(v1::ShareDescriptor*)>& edit) {
    return ErrorReason(member_.Accept(origin_, change(edit)));
  };
  EXPECT_EQ(reason([](auto* d) { d->set_title("autre"); }), "DESCRIPTOR_FORK");
  EXPECT_EQ(reason([](auto* d) { d->set_origin(std::string(10, 'x')); }), "BAD_DESCRIPTOR");
  EXPECT_EQ(reason([](auto* d) { d->set_share("short"); }), "BAD_DESCRIPTOR");
  EXPECT_EQ(reason([](auto* d) { d->clear_version(); }), "BAD_DESCRIPTOR");
  EXPECT_EQ(reason([](auto* d) { d->clear_view(); }), "BAD_DESCRIPTOR");
  EXPECT_EQ(reason([](auto* d) { d->set_link(true); }), "BAD_DESCRIPTOR");
}

TEST_F(SubscriberTest, DropsAShareThatItIsNoLongerAMemberOf) {
  const ShareId card = NewShare(v1::VIEW_CARD);
  const ShareId full = NewShare(v1::VIEW_FULL);
  std::vector<RecordId> ids;
  for (int i = 0; i < 5; ++i) ids.push_back(origin_.Put(Person("Anaïs", "Lefèvre")));
  ASSERT_TRUE(SyncNow(card).ok());
  ASSERT_TRUE(SyncNow(full).ok());
  origin_.Share(v1::VIEW_FULL, {}, "", full);
  ASSERT_TRUE(member_.Accept(origin_, origin_.Descriptor(full), /*subscribe=*/false).ok());
  int steps = 0;
  for (bool done = false; !done; ++steps) {
    auto dropped =
        DropSome(member_.database().latest(), origin_.id(), full, /*keep_offer=*/false, 2);
    ASSERT_TRUE(dropped.ok());
    done = dropped->done;
    ASSERT_TRUE(member_.writer().Commit(std::move(dropped->transaction)).ok());
  }
  EXPECT_EQ(steps, 3);
  EXPECT_EQ(member_.Rows(Family::kLog), 5u);
  EXPECT_EQ(member_.Rows(Family::kHeads), 1u);
  EXPECT_EQ(member_.Shown(origin_, ids[0])->view(), v1::VIEW_CARD);
  EXPECT_EQ(member_.Count("email:maison@example.org"), 0u);
  EXPECT_EQ(member_.Count(""), 5u);
}

}  // namespace
}  // namespace maillage::sharing

#include "tests/sharing/session_fixture.h"

#include "server/identity/signed.h"
#include "server/sharing/share_log.h"

namespace maillage::sharing {
namespace {

using SessionTest = SessionFixture;

// A person whose record has about 100 KiB.
v1::Actor Heavy() {
  v1::Actor actor = Person("Anaïs", "Lefèvre");
  for (int i = 0; i < 102; ++i) {
    v1::Membership* membership = actor.add_memberships();
    membership->set_organisation_name(std::string(498, 'n'));
    membership->set_role(std::string(498, 'r'));
  }
  return actor;
}

TEST_F(SessionTest, ServesWhatIsOfferedAndPushesWhatIsPublishedLater) {
  const ShareId share = NewShare();
  origin_.Put(Person("Anaïs", "Lefèvre"));
  Publish(share);
  Run();
  EXPECT_EQ(member_.Count(""), 1u);
  origin_.Put(Person("Bruno", "Delattre"));
  Publish(share);
  Run();
  EXPECT_EQ(member_.Count(""), 2u);
  EXPECT_EQ(acked_, (std::vector<uint64_t>{1, 2}));
  EXPECT_EQ(supplying_.supplier().AckedSeq(KeyOf(share)), 2u);
}

TEST_F(SessionTest, SaysOnceWhatStandsWhenNothingMoves) {
  const ShareId share = NewShare();
  Publish(share);
  Run();
  EXPECT_EQ(acked_, (std::vector<uint64_t>{0}));
  Run();
  EXPECT_EQ(acked_.size(), 1u);
  // A renewed Head goes out although no entry does.
  latest_[share] = origin_.Publish(share, kNow + absl::Minutes(5));
  Run();
  EXPECT_EQ(acked_.size(), 2u);
}

TEST_F(SessionTest, WaitsForAShareThatIsNotPublishedYet) {
  const ShareId share = NewShare();
  Run();
  EXPECT_EQ(kinds_.back(), v1::SyncMessage::kRefusal);
  EXPECT_TRUE(receiving_.receiver().Wants(KeyOf(share)));
  origin_.Put(Person("Anaïs", "Lefèvre"));
  Publish(share);
  Run();
  EXPECT_EQ(member_.Count(""), 1u);
}

TEST_F(SessionTest, SendsNothingOfAFormerScopeOnceTheShareIsNarrowed) {
  const ShareId share = origin_.Share(v1::VIEW_FULL, {member_.id()});
  Offer(&supplying_);
  const v1::Actor heavy = Heavy();
  for (int i = 0; i < 30; ++i) origin_.Put(heavy);
  Publish(share);
  std::vector<Work> work;
  // Hellos and offer, then the beginning of the run.
  while (Pass(&supplying_, &receiving_, &work) && kinds_.back() != v1::SyncMessage::kOffer) {
  }
  for (Work& item : work) std::visit([&](auto& each) { Do(each); }, item);
  while (Pass(&receiving_, &supplying_, &work)) {
  }
  while (kinds_.back() != v1::SyncMessage::kRunEntries) Pass(&supplying_, &receiving_, &work);
  EXPECT_TRUE(receiving_.receiver().IsReceiving(KeyOf(share)));
  origin_.Share(v1::VIEW_CARD, {member_.id()}, "", share);
  Offer(&supplying_);
  kinds_.clear();
  Run();
  for (const auto kind : kinds_) {
    EXPECT_NE(kind, v1::SyncMessage::kRunStart);
    EXPECT_NE(kind, v1::SyncMessage::kRunEntries);
  }
  EXPECT_FALSE(receiving_.receiver().IsReceiving(KeyOf(share)));
  EXPECT_EQ(receiving_.receiver().held_bytes(), 0u);
  // When it is filled again, what was cut off goes on.
  origin_.LookAgain();
  Publish(share);
  Run();
  EXPECT_TRUE(failures_.empty());
  EXPECT_EQ(member_.Count(""), 30u);
  EXPECT_EQ(member_.Count("email:*"), 0u);
}

TEST_F(SessionTest, LetsSmallRunsOvertakeALargeOne) {
  const ShareId large = NewShare();
  const ShareId small = origin_.Share(v1::VIEW_CARD, {member_.id()}, "kind = ORGANISATION");
  Offer(&supplying_);
  const v1::Actor heavy = Heavy();
  for (int i = 0; i < 30; ++i) origin_.Put(heavy);
  origin_.Put(Association("Les Jardins du Marais"));
  Publish(large);
  Publish(small);
  Run();
  ASSERT_EQ(order_.size(), 2u);
  EXPECT_EQ(order_[0], small);
  EXPECT_EQ(order_[1], large);
}

TEST_F(SessionTest, KeepsMessagesAtAQuarterOfAMegabyte) {
  const ShareId share = NewShare();
  const v1::Actor heavy = Heavy();
  for (int i = 0; i < 10; ++i) origin_.Put(heavy);
  Publish(share);
  Run();
  EXPECT_EQ(std::count(kinds_.begin(), kinds_.end(), v1::SyncMessage::kRunEntries), 4);
}

TEST_F(SessionTest, GathersChangesWhileTwoRunsAreUnacknowledged) {
  const ShareId share = NewShare();
  Publish(share);
  Run();
  std::vector<Work> unseen;
  for (int i = 0; i < 5; ++i) {
    origin_.Put(Person("Anaïs", "Lefèvre"));
    Publish(share);
    while (Pass(&supplying_, &receiving_, &unseen)) {
    }
  }
  EXPECT_EQ(unseen.size(), 2u);
  for (Work& item : unseen) std::visit([&](auto& each) { Do(each); }, item);
  Run();
  EXPECT_EQ(member_.Count(""), 5u);
  EXPECT_EQ(acked_, (std::vector<uint64_t>{0, 1, 2, 5}));
}

TEST_F(SessionTest, GoesOnFromTheCursorOnANewStream) {
  const ShareId share = NewShare();
  for (int i = 0; i < 3; ++i) origin_.Put(Person("Anaïs", "Lefèvre"));
  Publish(share);
  Run();
  origin_.Put(Person("Bruno", "Delattre"));
  Publish(share);
  Session supplying(origin_.id(), member_.id(), v1::Signed(),
                    [this](const ShareKey& key) { return latest_[key.share]; });
  Offer(&supplying);
  Session receiving(member_.id(), origin_.id(), v1::Signed(),
                    [](const ShareKey&) { return nullptr; });
  std::vector<Work> work;
  while (Pass(&supplying, &receiving, &work)) {
  }
  Ask(&receiving, KeyOf(share),
      {Incarnation(latest_[share]->head.incarnation()), member_.SeqOf(origin_, share)});
  while (Pass(&receiving, &supplying, &work)) {
  }
  work.clear();
  while (Pass(&supplying, &receiving, &work)) {
  }
  ASSERT_EQ(work.size(), 1u);
  EXPECT_EQ(std::get<FinishedRun>(work[0]).run->entries().size(), 1u);
}

TEST_F(SessionTest, StartsFromNothingWhenTheLogHasANewLife) {
  const ShareId share = NewShare();
  origin_.Put(Person("Anaïs", "Lefèvre"));
  Publish(share);
  std::vector<Work> work;
  while (Pass(&supplying_, &receiving_, &work)) {
  }
  ASSERT_TRUE(member_.Accept(origin_, std::get<PeerOffer>(work[1]).offer.share_descriptor()).ok());
  Ask(&receiving_, KeyOf(share), {Incarnation("another life 123"), 77});
  Run();
  EXPECT_EQ(member_.Count(""), 1u);
  EXPECT_TRUE(failures_.empty());
}

TEST_F(SessionTest, ComparesWhatItHoldsWhenTheLogHasANewLife) {
  const ShareId share = NewShare();
  for (int i = 0; i < 20; ++i) origin_.Put(Person("Anaïs", absl::StrCat("Lefèvre", i)));
  Publish(share);
  Run();
  receiving_.Unwant(KeyOf(share));
  origin_.Put(Person("Bruno", "Delattre"));
  auto renewed = std::make_shared<Publication>(*origin_.Publish(share));
  renewed->head.set_incarnation("1123456789abcdef");
  renewed->signed_head = identity::SignMessage(renewed->head, origin_.key());
  latest_[share] = renewed;
  Ask(&receiving_, KeyOf(share), {Incarnation("0123456789abcdef"), 20});
  Run();
  EXPECT_EQ(member_.Count(""), 21u);
  EXPECT_TRUE(failures_.empty());
  EXPECT_EQ(comparison_->figures().entries, 1u);
  EXPECT_EQ(order_.size(), 2u);  // the second says only that nothing is new
}

TEST_F(SessionTest, RefusesSharesWithoutTellingWhetherTheyExist) {
  const ShareId secret = origin_.Share(v1::VIEW_CARD, {});
  Offer(&supplying_);
  latest_[secret] = origin_.Publish(secret);
  Run();
  Ask(&receiving_, KeyOf(secret), {Incarnation(), 0});
  Ask(&receiving_, KeyOf(NewShareId()), {Incarnation(), 0});
  Run();
  EXPECT_EQ(failures_, (std::vector<std::string>{"UNKNOWN_SHARE", "UNKNOWN_SHARE"}));
}

TEST_F(SessionTest, StopsServingAMemberThatWasTakenOut) {
  const ShareId share = NewShare();
  origin_.Put(Person("Anaïs", "Lefèvre"));
  Publish(share);
  Run();
  origin_.Share(v1::VIEW_CARD, {}, "", share);
  Offer(&supplying_);
  origin_.Put(Person("Bruno", "Delattre"));
  Publish(share);
  EXPECT_EQ(supplying_.supplier().AckedSeq(KeyOf(share)), std::nullopt);
  Ask(&receiving_, KeyOf(share), {Incarnation(), 0});
  Run();
  EXPECT_EQ(failures_.size(), 1u);
  EXPECT_EQ(member_.Count(""), 1u);
}

TEST_F(SessionTest, SendsTermsBeforeAHeadThatNamesThem) {
  const ShareId share = NewShare();
  Publish(share);
  Run();
  origin_.Share(v1::VIEW_CARD, {member_.id()}, "kind = PERSON", share);
  Publish(share);
  kinds_.clear();
  Run();
  EXPECT_TRUE(kinds_.empty());
  Offer(&supplying_);
  Run();
  ASSERT_FALSE(kinds_.empty());
  EXPECT_EQ(kinds_[0], v1::SyncMessage::kOffer);
}

TEST_F(SessionTest, BreaksStreamsThatDoNotBeginWithHello) {
  std::vector<Work> work;
  v1::SyncMessage want;
  want.mutable_want();
  EXPECT_EQ(ErrorReason(receiving_.Receive(want, &work)), "BAD_PROTOCOL");
  v1::SyncMessage hello;
  hello.mutable_hello()->set_protocol(2);
  EXPECT_EQ(ErrorReason(receiving_.Receive(hello, &work)), "BAD_PROTOCOL");
  hello.mutable_hello()->set_protocol(1);
  EXPECT_TRUE(receiving_.Receive(hello, &work).ok());
  EXPECT_EQ(ErrorReason(receiving_.Receive(hello, &work)), "BAD_PROTOCOL");
}

TEST_F(SessionTest, BreaksStreamsOfPeersThatAskAndNeverRead) {
  std::vector<Work> work;
  v1::SyncMessage hello;
  hello.mutable_hello()->set_protocol(1);
  ASSERT_TRUE(supplying_.Receive(hello, &work).ok());
  v1::SyncMessage want;
  want.mutable_want()->set_share(std::string(8, 's'));
  absl::Status status;
  for (int i = 0; i < 30'000 && status.ok(); ++i) status = supplying_.Receive(want, &work);
  EXPECT_EQ(ErrorReason(status), "FLOODED");
}

TEST_F(SessionTest, GivesBackNoMoreOfARequestThanANodeId) {
  std::vector<Work> work;
  v1::SyncMessage message;
  message.mutable_hello()->set_protocol(1);
  ASSERT_TRUE(supplying_.Receive(message, &work).ok());
  message.mutable_want()->set_origin(std::string(1 << 20, 'o'));
  message.mutable_want()->set_share(std::string(8, 's'));
  ASSERT_TRUE(supplying_.Receive(message, &work).ok());
  ASSERT_TRUE(supplying_.Next(&message).value());  // its Hello
  ASSERT_TRUE(supplying_.Next(&message).value());
  EXPECT_EQ(message.refusal().reason(), v1::Refusal::UNKNOWN_SHARE);
  EXPECT_EQ(message.refusal().origin().size(), NodeId::kSize);
}

// What a peer may do wrong with one share, while another goes on.
TEST_F(SessionTest, QuarantinesOneShareAndServesTheOther) {
  const ShareId good = NewShare();
  const ShareId bad = NewShare();
  Run();
  const auto start = [&](uint32_t number, uint64_t from) {
    v1::SyncMessage message;
    v1::RunStart* run = message.mutable_run_start();
    run->set_run(number);
    run->set_origin(std::string(origin_.id().bytes()));
    run->set_share(std::string(bad.bytes()));
    run->set_incarnation(std::string(16, 'i'));
    run->set_from_seq(from);
    run->set_to_seq(from + 9);
    return message;
  };
  const auto send = [&](v1::SyncMessage message) {
    std::vector<Work> work;
    EXPECT_TRUE(receiving_.Receive(std::move(message), &work).ok());
    for (Work& item : work) std::visit([&](auto& each) { Do(each); }, item);
  };
  send(start(91, 5));
  EXPECT_EQ(failures_.back(), "WRONG_FROM");
  EXPECT_FALSE(receiving_.receiver().Wants(KeyOf(bad)));
  // Later parts of it are let pass.
  v1::SyncMessage end;
  end.mutable_run_end()->set_run(91);
  send(end);
  Ask(&receiving_, KeyOf(bad), {Incarnation(), 0});
  send(start(92, 0));
  send(start(93, 0));
  EXPECT_EQ(failures_.back(), "BAD_RUN");
  EXPECT_EQ(failures_.size(), 2u);
  EXPECT_EQ(receiving_.receiver().held_bytes(), 0u);

  origin_.Put(Person("Anaïs", "Lefèvre"));
  Publish(good);
  Run();
  EXPECT_EQ(member_.Count(""), 1u);
}

}  // namespace
}  // namespace maillage::sharing

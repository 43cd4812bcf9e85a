// What a peer may say beside runs: offers, notices, wants, silence.
#include <atomic>
#include <functional>
#include <string>

#include "server/identity/signed.h"
#include "tests/sharing/attack_fixture.h"

namespace maillage::sharing {
namespace {

class SaidBesideTest : public AttackFixture {
 protected:
  v1::SyncMessage OfferOf(const v1::Signed& descriptor) {
    v1::SyncMessage message;
    *message.mutable_offer()->mutable_share_descriptor() = descriptor;
    return message;
  }
  v1::Signed Descriptor(const ShareId& share) {
    return capso_.sharing().table().Get()->Find(share)->stored.share_descriptor();
  }
  void Change(const ShareId& share, const ShareChange& change) {
    ASSERT_TRUE(capso_.sharing().shares().Update(share, change, "operators/test").ok());
  }
  testing::AssertionResult IsCounted(LiveNode* node, const std::string& reason, uint64_t before) {
    if (Eventually([&] { return Refused(node, reason) > before; })) {
      return testing::AssertionSuccess();
    }
    return testing::AssertionFailure() << reason << " is not counted\n" << node->Log();
  }
};

TEST_F(SaidBesideTest, OffersAndNoticesThatAreNotTheOriginsNewestWordAreRefusedAndCounted) {
  const v1::Signed old = Descriptor(good_);
  ShareChange change;
  change.relayable = false;
  Change(good_, change);
  Join(/*by_relay=*/false);
  v1::Signed forged = Descriptor(good_);
  forged.mutable_payload()->append("\x50\x01");
  v1::SyncMessage notice;
  *notice.mutable_notice()->mutable_head() = capso_.sharing().Latest(good_)->signed_head;
  notice.mutable_notice()->mutable_head()->mutable_signature()->back() ^= 1;
  const struct {
    const char* what;
    v1::SyncMessage message;
    const char* reason;
  } kCases[] = {
      {"replayed", OfferOf(old), "REPLAYED_DESCRIPTOR"},
      {"forged", OfferOf(forged), "WRONG_SIGNATURE"},
      {"garbage", OfferOf(v1::Signed()), "UNREADABLE"},
      {"forged notice", notice, "WRONG_SIGNATURE"},
  };
  for (const auto& test : kCases) {
    const uint64_t before = Refused(&irev_, test.reason);
    attacked().Inject(&irev_, test.message);
    EXPECT_TRUE(IsCounted(&irev_, test.reason, before)) << test.what;
    EXPECT_TRUE(GoodShareGoesOn()) << test.what;
  }
}

TEST_F(SaidBesideTest, AMemberThatWasTakenOutGetsNothingHoweverOftenItAsks) {
  Join(/*by_relay=*/false);
  const ShareId share = NewShare("left");
  ASSERT_TRUE(irev_.Subscribe(capso_.id(), share));
  ASSERT_TRUE(Gets(share));
  ShareChange change;
  change.remove = {irev_.id()};
  Change(share, change);
  ASSERT_TRUE(Eventually([&] { return HeadOf(&irev_, share).seq() == 0; })) << irev_.Log();
  std::atomic<int> served = 0;
  Attack(share, [&](v1::SyncMessage*) { ++served; });
  v1::SyncMessage want;
  ShareKey{capso_.id(), share}.NameIn(want.mutable_want());
  attacked().Inject(&capso_, want);
  EXPECT_TRUE(IsCounted(&capso_, "NOT_A_MEMBER", 0));
  EXPECT_TRUE(GoodShareGoesOn());
  EXPECT_EQ(served, 0);
  Attack(share, nullptr);
}

TEST_F(SaidBesideTest, ARelayThatWasTakenOutIsLeftThoughItOffersTheShareStill) {
  Join(/*by_relay=*/true);
  const ShareId share = NewShare("left");
  ASSERT_TRUE(hub_.Subscribe(capso_.id(), share));
  ASSERT_TRUE(irev_.Subscribe(capso_.id(), share));
  ASSERT_TRUE(Gets(share));
  v1::ShareDescriptor newer;
  ASSERT_TRUE(newer.ParseFromString(Descriptor(share).payload()));
  newer.set_version(newer.version() + 1);
  newer.clear_members();
  newer.add_members(std::string(irev_.id().bytes()));
  attacked().Inject(&irev_, OfferOf(identity::SignMessage(newer, capso_.self().signer())));
  EXPECT_TRUE(IsCounted(&irev_, "NOT_A_MEMBER", 0));
  EXPECT_TRUE(Eventually([&] {
    return !irev_.sharing().streams().SupplierOf({capso_.id(), share}).has_value();
  }));
  EXPECT_TRUE(GoodShareGoesOn());
}

TEST_F(SaidBesideTest, ARelayThatStandsStillWhileAnotherGoesOnIsNamedAndLeft) {
  Join(/*by_relay=*/true);
  const ShareKey key{capso_.id(), good_};
  ASSERT_EQ(irev_.sharing().streams().SupplierOf(key), hub_.id());
  Attack(good_, [](v1::SyncMessage* message) { message->Clear(); });
  // Another relay, which goes on.
  LiveNode other(home_, "other");
  other.dials_out_only = true;
  other.Start();
  for (LiveNode* node : {&capso_, &irev_}) Pair(&other, node);
  ShareChange change;
  change.add = {other.id()};
  Change(good_, change);
  {
    const auto honest = [](v1::SyncMessage message) {
      return std::vector<v1::SyncMessage>{std::move(message)};
    };
    const Bridge up(&capso_, &other, honest);
    const Bridge down(&other, &irev_, honest);
    ASSERT_TRUE(other.Subscribe(capso_.id(), good_)) << other.Log();
    const auto told = [&] {
      const auto sources = irev_.sharing().streams().SourcesOf(key);
      const auto source = sources.find(other.id());
      return source != sources.end() &&
             std::get<1>(source->second.head) == HeadOf(&capso_, good_).seq();
    };
    // What is told is seen a moment before it is judged; the second, after the first was.
    for (const char* given : {"Fanny", "Farid"}) {
      capso_.Create(Person(given, "Leroy"));
      ASSERT_TRUE(Eventually(told)) << irev_.Log() << other.Log();
    }
    clock_.Move(40);
    capso_.Create(Person("Gilles", "Morel"));
    EXPECT_TRUE(Gets(good_));
    EXPECT_EQ(irev_.sharing().streams().SupplierOf(key), other.id());
    EXPECT_EQ(BlameFor(good_), "FROZEN");
    EXPECT_EQ(Refused(&irev_, "FROZEN"), 1u);
  }
  Attack(good_, nullptr);
  other.Stop();
}

}  // namespace
}  // namespace maillage::sharing

// Two nodes over real streams.
#include <algorithm>

#include "client/base/error.h"
#include "gtest/gtest.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

class StreamsTest : public testing::Test {
 protected:
  StreamsTest() : capso_(home_, "capso"), irev_(home_, "irev") {}
  ~StreamsTest() override {
    capso_.Stop();
    irev_.Stop();
  }

  void StartAndPair() {
    capso_.Start();
    irev_.Start();
    Pair(&capso_, &irev_);
  }
  // A share of capso to which irev subscribes.
  ShareId Shared(v1::View view = v1::VIEW_PROFESSIONAL, absl::string_view filter = "",
                 absl::string_view title = "pros") {
    const ShareId share = capso_.MakeShare(title, view, {irev_.id()}, filter);
    EXPECT_TRUE(irev_.Subscribe(capso_.id(), share)) << irev_.Log() << capso_.Log();
    return share;
  }
  testing::AssertionResult Arrives(int64_t count, absl::string_view filter = "") {
    if (Eventually([&] { return irev_.Count(filter) == count; }))
      return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "irev shows " << irev_.Count(filter) << ", not " << count << "\n"
           << capso_.Log() << irev_.Log();
  }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  LiveNode capso_;
  LiveNode irev_;
};

TEST_F(StreamsTest, RecordsArriveChangeAndGo) {
  StartAndPair();
  const std::string name = capso_.Create(Person("Anaïs", "Lefèvre"));
  Shared();
  ASSERT_TRUE(Arrives(1));
  capso_.Create(Person("Bruno", "Delattre"));
  ASSERT_TRUE(Arrives(2));
  capso_.Edit(name, [](v1::Actor* actor) {
    actor->mutable_contact_points(0)->set_value("neuf@example.org");
  });
  EXPECT_TRUE(Arrives(1, "email:neuf@example.org"));
  EXPECT_EQ(irev_.directory().Get(name).value()->revision(), 2u);
  capso_.Delete(name);
  EXPECT_TRUE(Arrives(1));
  EXPECT_EQ(irev_.Count("email:neuf@example.org"), 0);
  EXPECT_TRUE(capso_.InSync()) << capso_.Log();
  EXPECT_TRUE(irev_.InSync()) << irev_.Log();
}

TEST_F(StreamsTest, BothSidesSupplyOnOneStream) {
  StartAndPair();
  Shared();
  const ShareId back = irev_.MakeShare("retour", v1::VIEW_CARD, {capso_.id()});
  ASSERT_TRUE(capso_.Subscribe(irev_.id(), back));
  capso_.Create(Person("Anaïs", "Lefèvre"));
  irev_.Create(Association("Les Jardins du Marais"));
  EXPECT_TRUE(Arrives(2));
  EXPECT_TRUE(Eventually([&] { return capso_.Count() == 2; })) << capso_.Log();
  EXPECT_TRUE(capso_.InSync());
  EXPECT_TRUE(irev_.InSync());
}

TEST_F(StreamsTest, APartnerThatWasAwayCatchesUp) {
  StartAndPair();
  Shared();
  const std::string gone = capso_.Create(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(Arrives(1));
  irev_.Stop();
  for (int i = 0; i < 20; ++i) capso_.Create(Person("Bruno", "Delattre"));
  capso_.Delete(gone);
  irev_.Start();
  EXPECT_TRUE(Arrives(20));
  capso_.Stop();
  capso_.Start();
  capso_.Create(Person("Chloé", "Vandamme"));
  EXPECT_TRUE(Arrives(21));
}

TEST_F(StreamsTest, WhatIsOutOfScopeIsInNoFileOfThePartner) {
  StartAndPair();
  Shared(v1::VIEW_PROFESSIONAL, "kind = PERSON");
  capso_.Create(Person("Anaïs", "Lefèvre"));
  capso_.Create(Association("Association Introuvable"));
  ASSERT_TRUE(Arrives(1));
  ASSERT_TRUE(irev_.InSync());
  capso_.Stop();
  irev_.Stop();
  EXPECT_TRUE(FilesHold(irev_.dir(), "travail@example.org"));
  EXPECT_TRUE(FilesHold(capso_.dir(), "maison@example.org"));
  for (const char* secret : {"maison@example.org", "Introuvable", "note interne"}) {
    EXPECT_FALSE(FilesHold(irev_.dir(), secret)) << secret;
  }
}

TEST_F(StreamsTest, UnsubscribingDropsTheRecordsAndSubscribingBringsThemBack) {
  StartAndPair();
  const ShareId share = Shared();
  for (int i = 0; i < 5; ++i) capso_.Create(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(Arrives(5));
  ASSERT_TRUE(irev_.sharing().streams().Unsubscribe(capso_.id(), share, "").ok());
  EXPECT_EQ(irev_.Count(), 0);
  ASSERT_TRUE(irev_.Subscribe(capso_.id(), share));
  EXPECT_TRUE(Arrives(5));
}

TEST_F(StreamsTest, MembersDropAShareThatIsDeleted) {
  StartAndPair();
  const ShareId share = Shared();
  capso_.Create(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(Arrives(1));
  ASSERT_TRUE(capso_.sharing().shares().Delete(share, "").ok());
  EXPECT_TRUE(Arrives(0));
  EXPECT_TRUE(Eventually([&] {
    return absl::IsNotFound(irev_.sharing().subscriptions().Get(capso_.id(), share).status());
  }));
}

TEST_F(StreamsTest, AMemberThatWasAwayLearnsThatAShareIsDeleted) {
  StartAndPair();
  const ShareId share = Shared();
  capso_.Create(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(Arrives(1));
  irev_.Stop();
  ASSERT_TRUE(capso_.sharing().shares().Delete(share, "").ok());
  irev_.Start();
  EXPECT_TRUE(Arrives(0));
}

TEST_F(StreamsTest, ARemovedPartnersRecordsGoAndItsStreamEnds) {
  StartAndPair();
  Shared();
  capso_.Create(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(Arrives(1));
  ASSERT_TRUE(irev_.partners().Remove(capso_.id(), &irev_.writer(), "operators/test").ok());
  EXPECT_TRUE(Arrives(0));
  EXPECT_TRUE(Eventually([&] { return !capso_.sharing().streams().IsConnected(irev_.id()); }));
  EXPECT_TRUE(Eventually([&] { return irev_.sharing().subscriptions().List()->empty(); }));
}

TEST_F(StreamsTest, APartnerPairedAnewGetsLinkAndSharesAgain) {
  StartAndPair();
  Shared();
  capso_.Create(Person("Anaïs", "Lefèvre"));
  ASSERT_TRUE(Arrives(1));
  ASSERT_TRUE(irev_.partners().Remove(capso_.id(), &irev_.writer(), "operators/test").ok());
  ASSERT_TRUE(capso_.partners().Remove(irev_.id(), &capso_.writer(), "operators/test").ok());
  ASSERT_TRUE(Arrives(0));
  Pair(&capso_, &irev_);
  Shared(v1::VIEW_CARD, "", "encore");
  EXPECT_TRUE(Arrives(1));
  EXPECT_TRUE(capso_.InSync()) << capso_.Log() << irev_.Log();
}

v1::LinkMessage MessageOf(const std::string& text) {
  v1::LinkMessage message;
  message.mutable_cosign_request()->set_payload(text);
  return message;
}

TEST_F(StreamsTest, MessagesAreHandledOnceAndThenWithdrawn) {
  std::vector<std::string> handled;
  Mutex mutex;
  irev_.handler = [&](const NodeId& from, const RecordId&, const v1::LinkMessage& message,
                      storage::Transaction*) {
    const MutexLock lock(&mutex);
    EXPECT_EQ(from, capso_.id());
    handled.push_back(message.cosign_request().payload());
    return absl::OkStatus();
  };
  StartAndPair();
  for (const char* text : {"un", "deux", "trois"}) {
    ASSERT_TRUE(capso_.sharing().links().Send(irev_.id(), MessageOf(text)).ok());
  }
  const auto count = [&] {
    const MutexLock lock(&mutex);
    return handled.size();
  };
  ASSERT_TRUE(Eventually([&] { return count() == 3; })) << irev_.Log() << capso_.Log();
  EXPECT_TRUE(Eventually([&] {
    const auto link = capso_.sharing().Latest(LinkId(capso_.id(), irev_.id()));
    return link != nullptr && link->head.live_count() == 0 && link->head.seq() == 6;
  }));
  irev_.Stop();
  irev_.Start();
  EXPECT_TRUE(irev_.InSync()) << irev_.Log();
  EXPECT_EQ(count(), 3u);
}

TEST_F(StreamsTest, AMessageWaitsForItsSubjectThoughItsSenderWithdrewIt) {
  std::atomic<bool> ready = false;
  std::atomic<int> handled = 0;
  irev_.handler = [&](const NodeId&, const RecordId&, const v1::LinkMessage&,
                      storage::Transaction*) {
    if (!ready) return NotFound("NO_SUBJECT", "not here yet");
    ++handled;
    return absl::OkStatus();
  };
  StartAndPair();
  ASSERT_TRUE(capso_.sharing().links().Send(irev_.id(), MessageOf("attends")).ok());
  ASSERT_TRUE(Eventually([&] {
    const auto link = capso_.sharing().Latest(LinkId(capso_.id(), irev_.id()));
    return link != nullptr && link->head.seq() == 2 && link->head.live_count() == 0;
  }));
  EXPECT_EQ(handled, 0);
  irev_.Stop();
  ready = true;
  irev_.Start();
  EXPECT_TRUE(Eventually([&] { return handled == 1; }));
}

// A partner's end of a stream that nobody reads.
class DeafWire : public Wire {
 public:
  void Wake() override {}
  void ResumeReading() override {}
  void Close(absl::Status) override {}
};

TEST_F(StreamsTest, ABadShareIsNotAskedForAgainAtOnceHoweverOftenItIsOffered) {
  StartAndPair();
  const ShareId share = Shared();
  const NodeId capso = capso_.id();
  const v1::Signed descriptor = ReceivedShare::Read(irev_.database().latest(), capso, share)
                                    .value()
                                    .stored.share_descriptor();
  const v1::Signed node = capso_.self().signed_descriptor();
  capso_.Stop();
  SyncManager& streams = irev_.sharing().streams();
  ASSERT_TRUE(Eventually([&] { return !streams.IsConnected(capso); }));
  const auto opened = streams.Open(capso, /*dialled_here=*/false, std::make_shared<DeafWire>());
  ASSERT_TRUE(opened.ok()) << opened.status();
  const auto say = [&](const v1::SyncMessage& message) {
    (*opened)->Receive(message);
    EXPECT_TRUE(Eventually([&] { return !(*opened)->IsWorking(); }));
  };
  v1::SyncMessage message;
  message.mutable_hello()->set_protocol(kProtocol);
  *message.mutable_hello()->mutable_node_descriptor() = node;
  say(message);
  for (int i = 0; i < 20; ++i) {
    *message.mutable_offer()->mutable_share_descriptor() = descriptor;
    say(message);
    message.mutable_run_start()->set_origin(std::string(capso.bytes()));
    message.mutable_run_start()->set_share(std::string(share.bytes()));
    say(message);
  }
  const std::string log = irev_.Log();
  size_t refusals = 0;
  for (size_t at = 0; (at = log.find(" refused", at)) != std::string::npos; ++at) ++refusals;
  EXPECT_GE(refusals, 1u) << log;
  EXPECT_LE(refusals, 5u) << log;
  streams.Closed(*opened);
}

TEST_F(StreamsTest, ASharesTitleIsTakenOnce) {
  StartAndPair();
  capso_.MakeShare("pros", v1::VIEW_CARD, {irev_.id()});
  ShareSpec spec;
  spec.title = "pros";
  spec.view = v1::VIEW_CARD;
  spec.members = {irev_.id()};
  EXPECT_EQ(ErrorReason(capso_.sharing().shares().Create(spec, "").status()), "TITLE_TAKEN");
  spec.title = "";
  EXPECT_EQ(ErrorReason(capso_.sharing().shares().Create(spec, "").status()), "BAD_SHARE");
}

TEST_F(StreamsTest, ANewShareIsFilledWithWhatIsThereWhileItChanges) {
  StartAndPair();
  std::vector<std::string> names;
  for (int i = 0; i < 600; ++i) names.push_back(capso_.Create(Person("Anaïs", "Lefèvre")));
  const ShareId share = capso_.MakeShare("pros", v1::VIEW_PROFESSIONAL, {irev_.id()});
  for (int i = 0; i < 50; ++i) {
    capso_.Edit(names[i * 10], [](v1::Actor* actor) {
      actor->mutable_contact_points(0)->set_value("neuf@example.org");
    });
    capso_.Delete(names[i * 10 + 1]);
  }
  ASSERT_TRUE(irev_.Subscribe(capso_.id(), share));
  EXPECT_TRUE(Arrives(550));
  EXPECT_TRUE(Arrives(50, "email:neuf@example.org"));
  EXPECT_TRUE(capso_.InSync()) << capso_.Log();
}

}  // namespace
}  // namespace maillage::sharing

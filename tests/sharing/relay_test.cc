// A hub and two spokes that only dial out: what one shares reaches the other
// through the hub.

#include "client/base/error.h"
#include "client/base/mutex.h"
#include "gtest/gtest.h"
#include "server/sharing/share_log.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

class RelayTest : public testing::Test {
 protected:
  RelayTest() : hub_(home_, "hub"), capso_(home_, "capso"), irev_(home_, "irev") {
    capso_.dials_out_only = true;
    irev_.dials_out_only = true;
  }
  ~RelayTest() override {
    for (LiveNode* node : {&capso_, &irev_, &hub_}) node->Stop();
  }

  // Everybody knows everybody; only the hub can be dialled.
  void StartAll() {
    for (LiveNode* node : {&hub_, &capso_, &irev_}) node->Start();
    Pair(&capso_, &hub_);
    Pair(&irev_, &hub_);
    Pair(&capso_, &irev_);
  }
  ShareId Shared() {
    const ShareId share =
        capso_.MakeShare("pros", v1::VIEW_CARD, {hub_.id(), irev_.id()}, "", /*relayable=*/true);
    EXPECT_TRUE(hub_.Subscribe(capso_.id(), share)) << hub_.Log();
    return share;
  }
  testing::AssertionResult Arrives(int64_t count) {
    if (Eventually([&] { return irev_.Count("") == count; })) return testing::AssertionSuccess();
    return testing::AssertionFailure()
           << "irev shows " << irev_.Count("") << ", not " << count << "\n"
           << capso_.Log() << hub_.Log() << irev_.Log();
  }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  LiveNode hub_;
  LiveNode capso_;
  LiveNode irev_;
};

TEST_F(RelayTest, ASpokesRecordsReachTheOtherThroughTheHub) {
  StartAll();
  const std::string name = capso_.Create(Person("Anaïs", "Lefèvre"));
  const ShareId share = Shared();
  ASSERT_TRUE(irev_.Subscribe(capso_.id(), share)) << irev_.Log();
  ASSERT_TRUE(Arrives(1));
  EXPECT_FALSE(irev_.sharing().streams().IsConnected(capso_.id()));
  EXPECT_EQ(irev_.sharing().streams().SupplierOf({capso_.id(), share}), hub_.id());
  capso_.Create(Person("Bruno", "Delattre"));
  ASSERT_TRUE(Arrives(2));
  capso_.Delete(name);
  EXPECT_TRUE(Arrives(1));
}

TEST_F(RelayTest, TheHubServesWhileTheOriginIsAway) {
  StartAll();
  capso_.Create(Person("Anaïs", "Lefèvre"));
  const ShareId share = Shared();
  ASSERT_TRUE(Eventually([&] { return hub_.Count("") == 1; })) << hub_.Log();
  const NodeId capso = capso_.id();
  capso_.Stop();
  ASSERT_TRUE(irev_.Subscribe(capso, share)) << irev_.Log();
  EXPECT_TRUE(Arrives(1));
}

TEST_F(RelayTest, AMemberThatWasTakenOutHearsOfItFromTheHub) {
  StartAll();
  capso_.Create(Person("Anaïs", "Lefèvre"));
  const ShareId share = Shared();
  ASSERT_TRUE(irev_.Subscribe(capso_.id(), share)) << irev_.Log();
  ASSERT_TRUE(Arrives(1));
  const NodeId irev = irev_.id();
  irev_.Stop();
  ShareChange change;
  change.remove = {irev};
  ASSERT_TRUE(capso_.sharing().shares().Update(share, change, "operators/test").ok());
  ASSERT_TRUE(Eventually([&] {
    const auto held = hub_.sharing().subscriptions().Get(capso_.id(), share);
    return held.ok() && !held->received.HasMember(irev);
  }));
  irev_.Start();
  EXPECT_TRUE(Arrives(0));
  EXPECT_FALSE(irev_.sharing().subscriptions().Get(capso_.id(), share).ok());
}

TEST_F(RelayTest, WhatMembersMayNotRelayStaysWhereItIs) {
  StartAll();
  capso_.Create(Person("Anaïs", "Lefèvre"));
  const ShareId share =
      capso_.MakeShare("pros", v1::VIEW_CARD, {hub_.id(), irev_.id()}, "", /*relayable=*/false);
  ASSERT_TRUE(hub_.Subscribe(capso_.id(), share)) << hub_.Log();
  ASSERT_TRUE(Eventually([&] { return hub_.Count("") == 1; })) << hub_.Log();
  // What the hub offers later has come.
  const ShareId other = hub_.MakeShare("autre", v1::VIEW_CARD, {irev_.id()});
  ASSERT_TRUE(irev_.Subscribe(hub_.id(), other)) << irev_.Log();
  EXPECT_FALSE(irev_.sharing().subscriptions().Get(capso_.id(), share).ok());
}

// Messages between spokes, carried by the hub.
class LinkRelayTest : public RelayTest {
 protected:
  LinkRelayTest() {
    irev_.handler = [this](const NodeId&, const RecordId& id, const v1::LinkMessage&,
                           storage::Transaction*) {
      const MutexLock lock(&mutex_);
      handled_.push_back(id);
      return absl::OkStatus();
    };
    StartAll();
    EXPECT_TRUE(capso_.sharing().shares().AddPartner(irev_.id(), {hub_.id()}).ok());
    EXPECT_TRUE(irev_.sharing().shares().AddPartner(capso_.id(), {hub_.id()}).ok());
  }
  void Send(const NodeId& to) {
    v1::LinkMessage message;
    message.mutable_cosign_request()->set_payload(kSecret);
    EXPECT_TRUE(capso_.sharing().links().Send(to, message).ok());
  }
  size_t Handled() {
    const MutexLock lock(&mutex_);
    return handled_.size();
  }
  // Messages that a node's link to another still carries, as `holder` has it.
  static size_t Carried(LiveNode& holder, const NodeId& from, const NodeId& to) {
    size_t messages = 0;
    EXPECT_TRUE(ForEachEntry(holder.database().latest(), from, LinkId(from, to), 0, UINT64_MAX,
                             [&](v1::Entry* entry) {
                               if (entry->kind() == v1::ENTRY_KIND_PUT) ++messages;
                               return true;
                             })
                    .ok());
    return messages;
  }

  static constexpr char kSecret[] = "pour irev seule";
  Mutex mutex_;
  std::vector<RecordId> handled_ ABSL_GUARDED_BY(mutex_);
};

TEST_F(LinkRelayTest, AMessageIsHandledOnceAndWithdrawnEverywhereAfterItsReceipt) {
  Send(irev_.id());
  ASSERT_TRUE(Eventually([&] { return Handled() == 1; }))
      << capso_.Log() << hub_.Log() << irev_.Log();
  EXPECT_FALSE(irev_.sharing().streams().IsConnected(capso_.id()));
  for (LiveNode* node : {&capso_, &hub_, &irev_}) {
    EXPECT_TRUE(Eventually([&] { return Carried(*node, capso_.id(), irev_.id()) == 0; }))
        << node->Log() << irev_.Log();
  }
  EXPECT_EQ(Handled(), 1);
}

TEST_F(LinkRelayTest, AReceiptTakesThePlaceOfTheOneBeforeAndAsksForNone) {
  for (size_t i = 1; i <= 3; ++i) {
    Send(irev_.id());
    ASSERT_TRUE(Eventually([&] {
      return Carried(capso_, capso_.id(), irev_.id()) == 0 && Handled() == i;
    })) << capso_.Log()
        << hub_.Log() << irev_.Log();
  }
  EXPECT_EQ(Carried(irev_, irev_.id(), capso_.id()), 1);
  EXPECT_EQ(Carried(capso_, capso_.id(), irev_.id()), 0);
}

TEST_F(LinkRelayTest, WhoeverOnlyCarriesAMessageCannotReadIt) {
  const NodeId irev = irev_.id();
  irev_.Stop();
  Send(irev);
  ASSERT_TRUE(Eventually([&] { return Carried(hub_, capso_.id(), irev) == 1; })) << hub_.Log();
  EXPECT_TRUE(ForEachEntry(hub_.database().latest(), capso_.id(), LinkId(capso_.id(), irev), 0,
                           UINT64_MAX,
                           [&](v1::Entry* entry) {
                             EXPECT_EQ(entry->payload().find(kSecret), std::string::npos);
                             return true;
                           })
                  .ok());
  irev_.Start();
  EXPECT_TRUE(Eventually([&] { return Handled() == 1; })) << irev_.Log();
}

TEST_F(RelayTest, ARelayShowsTheNewKeysOfAnOriginThatItsReaderNeverMeets) {
  StartAll();
  capso_.Create(Person("Anaïs", "Lefèvre"));
  const ShareId share = Shared();
  ASSERT_TRUE(irev_.Subscribe(capso_.id(), share)) << irev_.Log();
  ASSERT_TRUE(Arrives(1));
  ASSERT_TRUE(capso_.rotation().RotateSigning(/*revoke=*/true, "operators/test").ok());
  capso_.Create(Person("Bruno", "Delattre"));
  EXPECT_TRUE(Arrives(2));
}

}  // namespace
}  // namespace maillage::sharing

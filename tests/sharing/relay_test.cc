// A hub and two spokes that only dial out: what one shares reaches the other
// through the hub.
#include <filesystem>

#include "client/base/error.h"
#include "gtest/gtest.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/test_world.h"

namespace maillage::sharing {
namespace {

std::string MakeTempDir() {
  std::string path = (std::filesystem::temp_directory_path() / "maillage-XXXXXX").string();
  return mkdtemp(path.data());
}

class RelayTest : public testing::Test {
 protected:
  RelayTest()
      : home_(MakeTempDir()), hub_(home_, "hub"), capso_(home_, "capso"), irev_(home_, "irev") {
    capso_.dials_out_only = true;
    irev_.dials_out_only = true;
  }
  ~RelayTest() override {
    for (LiveNode* node : {&capso_, &irev_, &hub_}) node->Stop();
    std::filesystem::remove_all(home_);
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

  const std::string home_;
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

}  // namespace
}  // namespace maillage::sharing

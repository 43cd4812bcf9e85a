// What a partner may make a node hold by what it leaves undone.

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "gtest/gtest.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/moved_clock.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr size_t kMessageSize = 240'000;

// The wire of a partner that does what the test does.
class HandWire : public Wire {
 public:
  void Wake() override {}
  void ResumeReading() override {}
  void Close(absl::Status why) override {
    const MutexLock lock(&mutex_);
    why_ = std::move(why);
  }
  absl::Status why() const {
    const MutexLock lock(&mutex_);
    return why_;
  }

 private:
  mutable Mutex mutex_;
  absl::Status why_ ABSL_GUARDED_BY(mutex_);
};

class StreamBoundsTest : public testing::Test {
 protected:
  StreamBoundsTest() {
    capso_ = std::make_unique<LiveNode>(home_, "capso");
    irev_ = std::make_unique<LiveNode>(home_, "irev");
    for (LiveNode* node : {capso_.get(), irev_.get()}) node->clock = &clock_;
  }
  ~StreamBoundsTest() override {
    connection_.reset();  // it holds a snapshot
    capso_->Stop();
    irev_->Stop();
  }

  void StartAndPair() {
    capso_->Start();
    irev_->Start();
    Pair(capso_.get(), irev_.get());
  }
  // Nobody dials; capso looks after its streams all the time.
  void StartWithoutStreams() {
    capso_->tend_interval = absl::Milliseconds(10);
    for (LiveNode* node : {capso_.get(), irev_.get()}) node->dials_out_only = true;
    StartAndPair();
    capso_->Create(Person("Anaïs", "Lefèvre"));
    share_ = capso_->MakeShare("pros", v1::VIEW_CARD, {irev_->id()});
    ASSERT_TRUE(Eventually([&] { return capso_->sharing().Latest(share_) != nullptr; }));
    connection_ = capso_->sharing().streams().Open(irev_->id(), false, wire_).value();
    v1::SyncMessage hello;
    hello.mutable_hello()->set_protocol(kProtocol);
    *hello.mutable_hello()->mutable_node_descriptor() = irev_->self().signed_descriptor();
    connection_->Receive(hello);
  }
  // All that capso has to say.
  void Listen() {
    v1::SyncMessage message;
    while (connection_->Next(&message)) message.Clear();
  }
  // Capso has looked some more times than it is patient.
  void WaitForLooks() {
    const absl::Time end = absl::Now() + absl::Milliseconds(300);
    EXPECT_TRUE(Eventually([&] { return absl::Now() > end; }));
  }
  void SendMany(size_t count) {
    v1::LinkMessage message;
    message.mutable_cosign_request()->set_payload(std::string(kMessageSize, 'm'));
    for (size_t i = 0; i < count; ++i) {
      ASSERT_TRUE(capso_->sharing().links().Send(irev_->id(), message).ok());
    }
  }
  uint64_t GivenUp() { return capso_->sharing().streams().Refusals()["NO_PROGRESS"]; }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  MovedClock clock_;
  std::unique_ptr<LiveNode> capso_;
  std::unique_ptr<LiveNode> irev_;
  ShareId share_;
  std::shared_ptr<HandWire> wire_ = std::make_shared<HandWire>();
  ConnectionPtr connection_;
};

TEST_F(StreamBoundsTest, APartnerThatAsksForARunAndReadsNoneOfItIsGivenUpAndNamed) {
  StartWithoutStreams();
  Listen();
  WaitForLooks();
  EXPECT_FALSE(connection_->is_closed()) << "a partner that wants nothing may be silent";
  v1::SyncMessage want;
  ShareKey{capso_->id(), share_}.NameIn(want.mutable_want());
  connection_->Receive(want);
  v1::SyncMessage start;
  ASSERT_TRUE(connection_->Next(&start));
  EXPECT_TRUE(start.has_run_start());
  ASSERT_TRUE(Eventually([&] { return connection_->is_closed(); }));
  EXPECT_EQ(ErrorReason(wire_->why()), "NO_PROGRESS");
  EXPECT_TRUE(absl::IsUnavailable(wire_->why()));
  EXPECT_NE(wire_->why().message().find("irev"), std::string::npos) << wire_->why();
  EXPECT_EQ(GivenUp(), 1u);
  capso_->sharing().streams().Closed(connection_);
}

TEST_F(StreamBoundsTest, APartnerThatBeginsARunAndNeverEndsItIsGivenUp) {
  StartWithoutStreams();
  const ShareId link = LinkId(irev_->id(), capso_->id());
  v1::SyncMessage message;
  *message.mutable_offer()->mutable_share_descriptor() =
      irev_->sharing().table().Get()->Find(link)->stored.share_descriptor();
  connection_->Receive(message);
  ASSERT_TRUE(Eventually([&] {
    Listen();
    return connection_->Read([&](const Session& session) {
      return session.receiver().Wants({irev_->id(), link});
    });
  }));
  v1::SyncMessage start;
  ShareKey{irev_->id(), link}.NameIn(start.mutable_run_start());
  start.mutable_run_start()->set_run(1);
  start.mutable_run_start()->set_incarnation(std::string(16, 'i'));
  start.mutable_run_start()->set_to_seq(5);
  connection_->Receive(start);
  Listen();
  ASSERT_TRUE(Eventually([&] { return connection_->is_closed(); }));
  EXPECT_EQ(ErrorReason(wire_->why()), "NO_PROGRESS");
  capso_->sharing().streams().Closed(connection_);
}

TEST_F(StreamBoundsTest, ASenderKeepsItsMessagesWhileTheReceiversInboxIsFull) {
  std::atomic<bool> ready = false;
  std::atomic<size_t> handled = 0;
  irev_->handler = [&](const NodeId&, const RecordId&, const v1::LinkMessage&,
                       storage::Transaction*) {
    if (!ready) return NotFound("NO_SUBJECT", "not here yet");
    ++handled;
    return absl::OkStatus();
  };
  StartAndPair();
  const size_t full = kMaxInboxBytes / kMessageSize + 1;
  SendMany(full);
  const Links& links = irev_->sharing().links();
  const auto waiting = [&] { return links.UseOf(capso_->id()).messages; };
  ASSERT_TRUE(Eventually([&] { return waiting() == full; }, absl::Seconds(60))) << irev_->Log();
  SendMany(5);
  SyncManager& streams = irev_->sharing().streams();
  ASSERT_TRUE(Eventually([&] { return streams.Refusals()["INBOX_FULL"] > 0; })) << irev_->Log();
  EXPECT_EQ(waiting(), full);
  const auto sent = capso_->sharing().Latest(LinkId(capso_->id(), irev_->id()));
  EXPECT_GE(sent->head.live_count(), 1u);
  ready = true;
  streams.RetryMessages();
  EXPECT_TRUE(Eventually([&] { return handled == full + 5; }, absl::Seconds(60)))
      << handled << " of " << full + 5 << "\n"
      << irev_->Log();
}

TEST_F(StreamBoundsTest, WhatIsKnownOfHandledMessagesGoesWhenNobodyCanSendThemAgain) {
  std::atomic<size_t> handled = 0;
  irev_->handler = [&](const NodeId&, const RecordId&, const v1::LinkMessage&,
                       storage::Transaction*) {
    ++handled;
    return absl::OkStatus();
  };
  StartAndPair();
  const ShareId link = LinkId(capso_->id(), irev_->id());
  const std::atomic<bool> stopping = false;
  const auto rows = [](LiveNode* node, Family family, absl::string_view prefix) {
    size_t count = 0;
    EXPECT_TRUE(node->database()
                    .latest()
                    .ScanPrefix(family, prefix,
                                [&](absl::string_view, absl::string_view) {
                                  ++count;
                                  return true;
                                })
                    .ok());
    return count;
  };
  const auto log_rows = [&](LiveNode* node) {
    return rows(node, Family::kLog, absl::StrCat(capso_->id().bytes(), link.bytes()));
  };
  for (size_t day = 1; day <= 36; ++day) {
    clock_.Move(86'400);
    ASSERT_TRUE(capso_->sharing().caretaker().Tend(stopping).ok());
    SendMany(1);
    ASSERT_TRUE(Eventually([&] {
      const auto latest = capso_->sharing().Latest(link);
      return handled == day && latest->head.live_count() == 0 && latest->head.seq() >= 2 * day;
    })) << irev_->Log();
  }
  ASSERT_TRUE(irev_->InSync());
  ASSERT_GT(capso_->sharing().Latest(link)->head.purge_floor(), 0u);
  ASSERT_TRUE(irev_->sharing().caretaker().Tend(stopping).ok());
  for (LiveNode* node : {capso_.get(), irev_.get()}) EXPECT_LT(log_rows(node), 34u);
  EXPECT_LT(rows(irev_.get(), Family::kInbox, capso_->id().bytes()), 34u);
  EXPECT_EQ(handled, 36u);
}

}  // namespace
}  // namespace maillage::sharing

// The two ends of a stream, for tests of what is said on it.
#ifndef TESTS_SHARING_SESSION_FIXTURE_H_
#define TESTS_SHARING_SESSION_FIXTURE_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "client/base/error.h"
#include "gtest/gtest.h"
#include "server/sharing/comparison.h"
#include "server/sharing/session.h"
#include "tests/sharing/test_world.h"

namespace maillage::sharing {

// An origin's and a member's session, joined by hand; what they bring is done
// at once.
class SessionFixture : public testing::Test {
 protected:
  SessionFixture()
      : supplying_(origin_.id(), member_.id(), v1::Signed(),
                   [this](const ShareKey& key) {
                     const auto it = latest_.find(key.share);
                     return it == latest_.end() ? nullptr : it->second;
                   }),
        receiving_(member_.id(), origin_.id(), v1::Signed(),
                   [](const ShareKey&) { return nullptr; }) {}

  void Offer(Session* session) {
    session->SetOfferings(
        std::make_shared<Offerings>(OfferingsOf(origin_.id(), *origin_.shares().Get())));
  }
  ShareKey KeyOf(const ShareId& share) const { return {origin_.id(), share}; }
  static void Ask(Session* session, const ShareKey& key, const Cursor& cursor) {
    session->Want(key, {cursor, v1::Signed()});
  }
  ShareId NewShare() {
    const ShareId share = origin_.Share(v1::VIEW_CARD, {member_.id()});
    Offer(&supplying_);
    return share;
  }
  void Publish(const ShareId& share) { latest_[share] = origin_.Publish(share); }

  // Passes one message on; false where there is none.
  bool Pass(Session* from, Session* to, std::vector<Work>* work) {
    v1::SyncMessage message;
    if (!from->Next(&message).value()) return false;
    kinds_.push_back(message.body_case());
    const absl::Status status = to->Receive(std::move(message), work);
    EXPECT_TRUE(status.ok()) << status;
    return true;
  }
  // Until both are silent.
  void Run() {
    bool some = true;
    while (some) {
      std::vector<Work> work;
      some = Pass(&supplying_, &receiving_, &work);
      for (Work& item : work) std::visit([&](auto& each) { Do(each); }, item);
      std::vector<Work> other;
      some = Pass(&receiving_, &supplying_, &other) || some;
      for (const Work& item : other) {
        if (const auto* ack = std::get_if<PeerAck>(&item)) acked_.push_back(ack->seq);
      }
    }
  }

  void Do(const PeerHello&) {}
  void Do(const OwnOffersEnd&) {}
  void Do(const PeerAck&) {}
  void Do(const PeerNotice&) {}
  void Do(const PeerRefused& refused) { refusals_.push_back(refused.reason); }
  void Do(const StagedPart&) { ADD_FAILURE() << "no run here is large"; }
  void Do(const PeerOffer& offer) {
    ASSERT_TRUE(member_.Accept(origin_, offer.offer.share_descriptor()).ok());
    v1::ShareDescriptor descriptor;
    ASSERT_TRUE(descriptor.ParseFromString(offer.offer.share_descriptor().payload()));
    const ShareId share(descriptor.share());
    const auto received =
        ReceivedShare::Read(member_.database().latest(), origin_.id(), share).value();
    Ask(&receiving_, KeyOf(share), {Incarnation(received.head.incarnation()), received.head.seq()});
  }
  void Do(const FinishedRun& finished) {
    const absl::Status status = member_.Apply(origin_, *finished.run, finished.head);
    EXPECT_TRUE(status.ok()) << status;
    order_.push_back(finished.run->share());
    receiving_.Ack(finished.run->key(), {finished.run->incarnation(), finished.run->to_seq()});
  }
  void Do(const ChangedLog& changed) {
    auto begun = Comparison::Start(member_.database().Snapshot(), member_.BenchFor(origin_),
                                   changed.key.share, std::nullopt);
    // Nothing is held, so there is nothing to compare.
    if (!begun.ok()) return receiving_.Want(changed.key, {});
    comparison_ = *std::move(begun);
    receiving_.Compare(comparison_->FirstRequest());
  }
  void Do(PeerAnswer& work) {
    const auto next = comparison_->Take(&work.answer, kNow);
    if (!next.ok()) return failures_.push_back(ErrorReason(next.status()));
    if (next->has_value()) return receiving_.Compare(**next);
    if (!comparison_->is_done()) return;
    Proved proved = comparison_->Finish(member_.database().latest(), kNow).value();
    EXPECT_TRUE(member_.writer().Commit(std::move(proved.transaction)).ok());
    Ask(&receiving_, KeyOf(ShareId(proved.head.share())),
        {Incarnation(proved.head.incarnation()), proved.head.seq()});
  }
  void Do(const FailedShare& failed) { failures_.push_back(ErrorReason(failed.why)); }

  TestNode origin_{'o'};
  TestNode member_{'m'};
  std::map<ShareId, PublicationPtr> latest_;
  Session supplying_;
  Session receiving_;
  std::vector<v1::SyncMessage::BodyCase> kinds_;
  std::vector<ShareId> order_;
  std::vector<uint64_t> acked_;
  std::vector<std::string> failures_;
  std::vector<std::string> refusals_;  // of what the peer asked
  std::unique_ptr<Comparison> comparison_;
};

}  // namespace maillage::sharing

#endif  // TESTS_SHARING_SESSION_FIXTURE_H_

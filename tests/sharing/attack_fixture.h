// An origin, a relay and a victim that are joined by streams on which an attacker
// sits: the one who supplies the victim.
#ifndef TESTS_SHARING_ATTACK_FIXTURE_H_
#define TESTS_SHARING_ATTACK_FIXTURE_H_

#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "client/base/error.h"
#include "gtest/gtest.h"
#include "server/sharing/share_key.h"
#include "tests/sharing/bridge.h"
#include "tests/sharing/moved_clock.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {

// Whoever supplies it: the origin itself, or a relay.
class AttackFixture : public testing::Test {
 protected:
  // Changes a message of the share under attack; an emptied one is kept back.
  using Change = std::function<void(v1::SyncMessage*)>;

  AttackFixture() {
    irev_.clock = &clock_;
    for (LiveNode* node : {&capso_, &hub_, &irev_}) {
      node->dials_out_only = true;
      node->Start();
    }
    Pair(&capso_, &irev_);
    Pair(&capso_, &hub_);
    Pair(&hub_, &irev_);
    for (const char* given : {"Anaïs", "Bruno", "Chloé"}) capso_.Create(Person(given, "Lefèvre"));
    good_ = NewShare("good");
  }
  ~AttackFixture() override {
    bridges_.clear();
    for (LiveNode* node : {&capso_, &hub_, &irev_}) node->Stop();
  }

  // Joins them; the victim gets the good share.
  void Join(bool by_relay) {
    if (by_relay) bridges_.push_back(std::make_unique<Bridge>(&capso_, &hub_, Honest));
    supplier_ = by_relay ? &hub_ : &capso_;
    bridges_.push_back(std::make_unique<Bridge>(
        supplier_, &irev_, [this](v1::SyncMessage message) { return Meddle(std::move(message)); }));
    if (by_relay) {
      ASSERT_TRUE(hub_.Subscribe(capso_.id(), good_)) << hub_.Log();
    }
    ASSERT_TRUE(irev_.Subscribe(capso_.id(), good_)) << irev_.Log() << hub_.Log();
    ASSERT_TRUE(GoodShareGoesOn());
  }
  Bridge& attacked() { return *bridges_.back(); }

  ShareId NewShare(absl::string_view title) {
    return capso_.MakeShare(title, v1::VIEW_CARD, {hub_.id(), irev_.id()}, "", /*relayable=*/true);
  }
  // From now on; null: no longer.
  void Attack(const ShareId& share, Change change) {
    const MutexLock lock(&mutex_);
    target_ = share;
    change_ = std::move(change);
  }
  v1::Head HeadOf(LiveNode* node, const ShareId& share) const {
    if (node == &capso_) {
      const auto latest = capso_.sharing().Latest(share);
      return latest == nullptr ? v1::Head() : latest->head;
    }
    const auto held = node->sharing().subscriptions().Get(capso_.id(), share);
    return held.ok() ? held->received.head : v1::Head();
  }
  // All that the origin has published is at the victim.
  bool HasAll(const ShareId& share) {
    const uint64_t seq = HeadOf(&capso_, share).seq();
    return seq > 0 && HeadOf(&irev_, share).seq() == seq;
  }
  testing::AssertionResult Gets(const ShareId& share) {
    if (Eventually([&] { return HasAll(share); })) return testing::AssertionSuccess();
    return testing::AssertionFailure() << "a share does not arrive\n"
                                       << irev_.Log() << hub_.Log() << capso_.Log();
  }
  testing::AssertionResult GoodShareGoesOn() {
    const uint64_t before = HeadOf(&capso_, good_).seq();
    capso_.Create(Person("Denis", "Vasseur"));
    if (!Eventually([&] { return HeadOf(&capso_, good_).seq() > before; })) {
      return testing::AssertionFailure() << "nothing is published" << capso_.Log();
    }
    return Gets(good_);
  }
  uint64_t Refused(LiveNode* node, const std::string& reason) {
    const auto counts = node->sharing().streams().Refusals();
    const auto count = counts.find(reason);
    return count == counts.end() ? 0 : count->second;
  }
  // Of what the share's supplier is accused now.
  std::string BlameFor(const ShareId& share) {
    const auto sources = irev_.sharing().streams().SourcesOf({capso_.id(), share});
    const auto source = sources.find(supplier_->id());
    if (source == sources.end() || !source->second.fault.has_value()) return "";
    return source->second.fault->reason;
  }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  MovedClock clock_;
  mutable LiveNode capso_{home_, "capso"};
  LiveNode hub_{home_, "hub"};
  LiveNode irev_{home_, "irev"};
  ShareId good_;
  LiveNode* supplier_ = nullptr;

 private:
  static std::vector<v1::SyncMessage> Honest(v1::SyncMessage message) {
    return {std::move(message)};
  }
  // The share that a message is of; zero for none.
  ShareId ShareOf(const v1::SyncMessage& message) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    ShareKey key;
    if (message.has_run_start() && ShareKey::Of(message.run_start(), &key)) {
      runs_[message.run_start().run()] = key.share;
    } else if (message.has_compare_answer()) {
      EXPECT_TRUE(ShareKey::Of(message.compare_answer(), &key));
    } else if (message.has_run_entries()) {
      key.share = runs_[message.run_entries().run()];
    } else if (message.has_run_end()) {
      key.share = runs_[message.run_end().run()];
    } else if (message.has_offer()) {
      v1::ShareDescriptor offered;
      offered.ParseFromString(message.offer().share_descriptor().payload());
      EXPECT_TRUE(ShareKey::Of(offered, &key));
    }
    return key.share;
  }
  std::vector<v1::SyncMessage> Meddle(v1::SyncMessage message) {
    const MutexLock lock(&mutex_);
    const ShareId share = ShareOf(message);
    if (change_ && share == target_) change_(&message);
    if (message.body_case() == v1::SyncMessage::BODY_NOT_SET) return {};
    return {std::move(message)};
  }

  std::vector<std::unique_ptr<Bridge>> bridges_;
  Mutex mutex_;
  ShareId target_ ABSL_GUARDED_BY(mutex_);
  Change change_ ABSL_GUARDED_BY(mutex_);
  std::map<uint32_t, ShareId> runs_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::sharing

#endif  // TESTS_SHARING_ATTACK_FIXTURE_H_

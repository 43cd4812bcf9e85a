// One node and many partners over real streams, one of whom sleeps in the middle of
// a run: nobody waits for it.
#include <memory>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "server/directory/directory.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"
#include "tools/bench/subscriber.h"

namespace maillage::sharing {
namespace {

using bench::Subscriber;

constexpr size_t kSubscribers = 50;
// More than a connection takes while nobody reads.
constexpr size_t kRecords = 3000;

class ManySubscribersTest : public testing::Test {
 protected:
  ManySubscribersTest() { hub_ = std::make_unique<LiveNode>(home_, "hub"); }
  ~ManySubscribersTest() override {
    for (const auto& subscriber : subscribers_) subscriber->HangUp();
    hub_->Stop();
  }

  void PairAll() {
    for (size_t i = 0; i < kSubscribers; ++i) {
      auto made = Subscriber::Make(i, /*sleeps=*/i == 0);
      ASSERT_TRUE(made.ok()) << made.status();
      const auto added = hub_->partners().Add((*made)->descriptor(), absl::StrCat("s", i),
                                              &hub_->writer(), storage::Transaction());
      ASSERT_TRUE(added.ok()) << added.status();
      members_.push_back((*added)->node);
      subscribers_.push_back(*std::move(made));
    }
  }
  void CreateMany() {
    storage::Transaction all;
    for (size_t i = 0; i < kRecords; ++i) {
      auto actor = std::make_shared<v1::Actor>(Person("Anaïs", "Lefèvre"));
      actor->set_revision(1);
      auto one = directory::ChangeOf(hub_->id(), NewRecordId(absl::Now()), nullptr, actor);
      all.changes.push_back(std::move(one.changes.front()));
      for (storage::Batch::Op& op : one.writes.Release()) {
        all.writes.Put(op.family, std::move(op.key), std::move(op.value));
      }
    }
    ASSERT_TRUE(hub_->writer().Commit(std::move(all)).ok());
  }
  uint64_t Seq() {
    const auto latest = hub_->sharing().Latest(share_);
    return latest == nullptr ? 0 : latest->head.seq();
  }
  // All but the first, which sleeps.
  bool AllReach(uint64_t seq) {
    return Eventually(
        [&] {
          for (size_t i = 1; i < kSubscribers; ++i) {
            if (!subscribers_[i]->ReachedAt(seq).has_value()) return false;
          }
          return true;
        },
        absl::Seconds(120));
  }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  std::unique_ptr<LiveNode> hub_;
  std::vector<std::unique_ptr<Subscriber>> subscribers_;
  std::vector<NodeId> members_;
  ShareId share_;
};

TEST_F(ManySubscribersTest, NobodyWaitsForOneThatSleepsAndItHoldsLittle) {
  hub_->Start();
  PairAll();
  CreateMany();
  share_ = hub_->MakeShare("tout", v1::VIEW_FULL, members_);
  ASSERT_TRUE(Eventually([&] { return Seq() >= kRecords; })) << hub_->Log();
  const auto& self = hub_->self();
  for (const auto& subscriber : subscribers_) {
    ASSERT_TRUE(subscriber->Dial(hub_->address(), self.tls().certificate_hash).ok());
  }
  ASSERT_TRUE(AllReach(kRecords)) << hub_->Log();
  ASSERT_TRUE(Eventually([&] { return subscribers_[0]->is_asleep(); }));
  for (int i = 0; i < 10; ++i) {
    const uint64_t before = Seq();
    hub_->Create(Person("Bruno", "Delattre"));
    ASSERT_TRUE(AllReach(before + 1)) << hub_->Log();
  }
  const ConnectionPtr asleep = hub_->sharing().streams().Find(members_[0]);
  ASSERT_NE(asleep, nullptr);
  EXPECT_EQ(asleep->Read([&](const Session& session) {
    return session.supplier().AckedSeq({hub_->id(), share_});
  }),
            0u);
  EXPECT_EQ(hub_->sharing().streams().Figures().streams, kSubscribers);
  EXPECT_TRUE(subscribers_[0]->ended().ok());
}

}  // namespace
}  // namespace maillage::sharing

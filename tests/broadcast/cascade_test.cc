// Who mails whom when several nodes know the same people: by hand, and with
// messages in any order, repeated, lost for a while, and nodes that die.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <map>
#include <optional>
#include <random>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/broadcast/cascade/participation.h"
#include "server/broadcast/cascade/settlement.h"

namespace maillage::broadcast {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

CascadeTag Tag(int person) { return TagOf("key", absl::StrCat("p", person, "@example.org")); }

CascadeTags Tags(std::initializer_list<int> people) {
  CascadeTags tags;
  for (const int person : people) tags.insert(Tag(person));
  return tags;
}

void Claim(size_t node, const CascadeTags& tags, Settlement* settlement) {
  settlement->TakeClaims(node, {.tags = tags});
}

TEST(CascadeTags, AreMadeAsTheReadmeSays) {
  EXPECT_EQ(absl::BytesToHexString(TagOf(std::string(32, 'k'), "anais@example.org").bytes()),
            "92c86d10c04b4d17438a7ea159a39e63");
}

TEST(CascadeTags, AreReadAsTheyAreWritten) {
  EXPECT_EQ(*UnpackTags(PackTags(Tags({1, 2, 3}))), Tags({1, 2, 3}));
  EXPECT_FALSE(UnpackTags("short").ok());
}

TEST(Settlement, GrantsAPersonKnownAtThreeNodesToTheFirstInTheOrder) {
  Settlement settlement(3);
  Claim(2, Tags({1, 3}), &settlement);
  Claim(1, Tags({1, 2}), &settlement);
  EXPECT_FALSE(settlement.AllAnswered());
  Claim(0, Tags({1}), &settlement);
  EXPECT_TRUE(settlement.AllAnswered());
  EXPECT_THAT(settlement.Decide(), ElementsAre(Tags({1}), Tags({2}), Tags({3})));
  EXPECT_THAT(settlement.Decide(), ElementsAre(IsEmpty(), IsEmpty(), IsEmpty()));
}

TEST(Settlement, GoesOnWithoutANodeThatIsOffAndGrantsItLaterWhatNobodyHolds) {
  Settlement settlement(2);
  Claim(1, Tags({1}), &settlement);
  EXPECT_THAT(settlement.Decide(), ElementsAre(IsEmpty(), Tags({1})));
  Claim(0, Tags({1, 2}), &settlement);
  EXPECT_THAT(settlement.Decide(), ElementsAre(Tags({2}), IsEmpty()));
}

TEST(Settlement, WaitsForAllPartsOfANodesClaims) {
  Settlement settlement(1);
  settlement.TakeClaims(0, {.part = 1, .parts = 2, .tags = Tags({2})});
  EXPECT_FALSE(settlement.AllAnswered());
  EXPECT_THAT(settlement.Decide(), ElementsAre(IsEmpty()));
  settlement.TakeClaims(0, {.part = 0, .parts = 2, .tags = Tags({1})});
  EXPECT_THAT(settlement.Decide(), ElementsAre(Tags({1, 2})));
}

TEST(Settlement, MovesAGrantOnlyOnTheWordOfItsHolder) {
  Settlement settlement(2);
  Claim(0, Tags({1, 2}), &settlement);
  Claim(1, Tags({1, 2}), &settlement);
  EXPECT_THAT(settlement.Decide(), ElementsAre(Tags({1, 2}), IsEmpty()));
  EXPECT_THAT(settlement.Decide(), ElementsAre(IsEmpty(), IsEmpty()));  // however silent it is
  settlement.TakeRelease(0, Tags({2}));
  EXPECT_THAT(settlement.Decide(), ElementsAre(IsEmpty(), Tags({2})));
}

TEST(Settlement, GrantsNobodyThoseWhoObjectedAnywhere) {
  Settlement settlement(2);
  settlement.TakeClaims(0, {.tags = Tags({1, 2})});
  settlement.TakeClaims(1, {.tags = Tags({3}), .objected = Tags({1})});
  EXPECT_THAT(settlement.Decide(), ElementsAre(Tags({2}), Tags({3})));
}

TEST(Settlement, PrefersTheNodeInWhoseOwnDirectoryAPersonIs) {
  Settlement settlement(3);
  settlement.TakeClaims(0, {.tags = Tags({1}), .held = Tags({2, 3})});
  settlement.TakeClaims(1, {.tags = Tags({2})});
  settlement.TakeRelease(2, {});  // whose people 3 are: it does not carry
  EXPECT_THAT(settlement.Decide(), ElementsAre(Tags({1, 3}), Tags({2}), IsEmpty()));
  EXPECT_EQ(settlement.StandingOf(0).tags, 3u);
  EXPECT_EQ(settlement.StandingOf(0).granted, 2u);
  EXPECT_TRUE(settlement.StandingOf(2).declined);
}

TEST(Settlement, HoldsMoreObjectionsThanPeopleBackUntilAnOfficerIgnoresThem) {
  Settlement settlement(2);
  CascadeTags many;
  for (int i = 0; i < 150; ++i) many.insert(Tag(i));
  Claim(0, Tags({1}), &settlement);
  settlement.TakeClaims(1, {.tags = Tags({200}), .objected = many});
  EXPECT_TRUE(settlement.NeedsReview(1));
  EXPECT_FALSE(settlement.NeedsReview(0));
  EXPECT_THAT(settlement.Decide(), ElementsAre(IsEmpty(), Tags({200})));
  settlement.IgnoreObjections(1);
  EXPECT_FALSE(settlement.NeedsReview(1));
  EXPECT_THAT(settlement.Decide(), ElementsAre(Tags({1}), IsEmpty()));
}

TEST(CascadeTags, AreSplitIntoPartsThatFitIntoMessages) {
  CascadeTags many;
  for (int i = 0; i < 8001; ++i) many.insert(Tag(i));
  const auto parts = SplitTags(many);
  ASSERT_EQ(parts.size(), 2u);
  EXPECT_EQ(parts[0].size() + parts[1].size(), many.size());
  EXPECT_EQ(SplitTags(CascadeTags()).size(), 1u);
  EXPECT_FALSE(UnpackTags(PackTags(many)).ok());
}

TEST(Participation, MailsWhatItClaimedAndWasGrantedAndNothingAfterItGaveUp) {
  Participation node(Tags({1, 2}));
  node.TakeGrants(Tags({1, 9}));
  EXPECT_TRUE(node.MayMail(Tag(1)));
  EXPECT_FALSE(node.MayMail(Tag(2)));
  EXPECT_FALSE(node.MayMail(Tag(9)));
  EXPECT_EQ(node.GiveUp(Tags({1})), Tags({2}));  // to 1 a mail has left
  node.TakeGrants(Tags({2}));
  EXPECT_FALSE(node.MayMail(Tag(2)));
}

// An issuer and its partners, and messages on their way. Each message is handed
// over at some time, perhaps twice; what a node stored outlives its death.
class World {
 public:
  explicit World(uint32_t seed) : random_(seed), nodes_(2 + Draw(4)), granted_(nodes_.size()) {
    for (Node& node : nodes_) {
      CascadeTags known;
      for (int person = 0; person < kPeople; ++person) {
        if (Draw(2) == 0) known.insert(Tag(person));
      }
      node.known = known;
      node.state.emplace(known);
      node.declines = Draw(5) == 0;
    }
  }

  // Returns how many mails each person got.
  std::map<CascadeTag, int> Run() {
    for (size_t i = 0; i < nodes_.size(); ++i) Answer(i);
    for (int step = 0; step < 400 || !messages_.empty(); ++step) Step(step >= 400);
    // Whoever died comes back, and grants that were on their way arrive.
    Settle();
    while (!messages_.empty()) Step(true);
    for (size_t i = 0; i < nodes_.size(); ++i) Mail(i, kPeople);
    return mails_;
  }
  // Whether a node that carries the invitation to its end knows the person.
  bool IsReachable(const CascadeTag& tag) const {
    return std::any_of(nodes_.begin(), nodes_.end(), [&](const Node& node) {
      return !node.declines && !node.gave_up && node.known.contains(tag);
    });
  }

 private:
  static constexpr int kPeople = 20;
  struct Node {
    CascadeTags known;
    CascadeTags left;  // the ledger
    std::optional<Participation> state;
    bool declines = false;
    bool gave_up = false;
  };

  uint32_t Draw(uint32_t below) { return static_cast<uint32_t>(random_() % below); }

  void Answer(size_t i) {
    if (nodes_[i].declines) return Post([this, i] { log_.push_back({i, {}, true}); });
    const CascadeTags& claims = nodes_[i].known;
    Post([this, i, claims] { log_.push_back({i, claims, false}); });
  }
  void Post(std::function<void()> message) {
    if (Draw(4) == 0) messages_.push_back(message);  // repeated
    messages_.push_back(std::move(message));
  }
  void Step(bool deliver_alone) {
    const uint32_t what = deliver_alone ? 0 : Draw(5);
    if (what == 0 && !messages_.empty()) Deliver();
    if (what == 1) Settle();
    if (what == 2) Mail(Draw(nodes_.size()), 1 + static_cast<int>(Draw(3)));
    if (what == 3 && Draw(40) == 0) GiveUp(Draw(nodes_.size()));
    if (what == 4) Die(Draw(nodes_.size()));
  }
  void Deliver() {
    std::swap(messages_[Draw(messages_.size())], messages_.back());
    const std::function<void()> message = std::move(messages_.back());
    messages_.pop_back();
    message();
  }
  // The issuer always starts anew: all it knows are its rows.
  void Settle() {
    Settlement settlement(nodes_.size());
    for (const auto& [node, tags, is_release] : log_) {
      if (is_release) settlement.TakeRelease(node, tags);
      if (!is_release) settlement.TakeClaims(node, {.tags = tags});
    }
    for (size_t i = 0; i < nodes_.size(); ++i) settlement.TakeGrants(i, granted_[i]);
    // The time to claim may be over or not.
    if (!settlement.AllAnswered() && Draw(2) == 0) return;
    const std::vector<CascadeTags> grants = settlement.Decide();
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (grants[i].empty()) continue;
      granted_[i].insert(grants[i].begin(), grants[i].end());
      Post([this, i, tags = grants[i]] { nodes_[i].state->TakeGrants(tags); });
    }
  }
  void Mail(size_t i, int at_most) {
    for (const CascadeTag& tag : nodes_[i].state->granted()) {
      if (nodes_[i].left.contains(tag) || at_most-- <= 0) continue;
      nodes_[i].left.insert(tag);
      ++mails_[tag];
    }
  }
  void GiveUp(size_t i) {
    if (nodes_[i].declines) return;
    nodes_[i].gave_up = true;
    const CascadeTags released = nodes_[i].state->GiveUp(nodes_[i].left);
    Post([this, i, released] { log_.push_back({i, released, true}); });
  }
  // Its memory is gone; its ledger, its grants and its word are rows.
  void Die(size_t i) {
    const CascadeTags granted = nodes_[i].state->granted();
    nodes_[i].state.emplace(nodes_[i].known);
    nodes_[i].state->TakeGrants(granted);
    if (nodes_[i].gave_up) (void)nodes_[i].state->GiveUp(nodes_[i].left);
  }

  struct Row {
    size_t node;
    CascadeTags tags;
    bool is_release;
  };
  std::mt19937 random_;
  std::vector<Node> nodes_;
  std::vector<CascadeTags> granted_;  // rows of the issuer
  std::vector<Row> log_;              // likewise
  std::vector<std::function<void()>> messages_;
  std::map<CascadeTag, int> mails_;
};

TEST(CascadeProperty, EverybodyGetsOneMailWhateverMessagesAndNodesDo) {
  for (uint32_t seed = 1; seed <= 500; ++seed) {
    World world(seed);
    const std::map<CascadeTag, int> mails = world.Run();
    for (const auto& [tag, count] : mails) ASSERT_EQ(count, 1) << "seed " << seed;
    for (int person = 0; person < 20; ++person) {
      if (!world.IsReachable(Tag(person))) continue;
      ASSERT_EQ(mails.count(Tag(person)), 1u) << "seed " << seed << ", person " << person;
    }
  }
}

}  // namespace
}  // namespace maillage::broadcast

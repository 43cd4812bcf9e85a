// What a supplier may do to runs, and what comes of it: the run is refused with its
// reason, counted, its supplier named; other shares go on, and so does this one
// once its supplier is honest.
#include <functional>
#include <string>
#include <vector>

#include "server/identity/signed.h"
#include "tests/sharing/attack_fixture.h"

namespace maillage::sharing {
namespace {

using Entries = google::protobuf::RepeatedPtrField<v1::Entry>;

// What an attacker knows and has.
struct Loot {
  v1::Signed first_head;  // of the share under attack
  v1::Signed held_head;   // which the victim holds
  std::shared_ptr<const identity::SigningKey> origin_key;
  std::shared_ptr<const identity::SigningKey> stolen_key;
};
using Deed = std::function<void(const Loot&, v1::SyncMessage*)>;

Deed OnEntries(const std::function<void(Entries*)>& change) {
  return [change](const Loot&, v1::SyncMessage* message) {
    if (message->has_run_entries()) change(message->mutable_run_entries()->mutable_entries());
  };
}

Deed OnHead(const std::function<void(const Loot&, v1::Signed*)>& change) {
  return [change](const Loot& loot, v1::SyncMessage* message) {
    if (message->has_run_end()) change(loot, message->mutable_run_end()->mutable_head());
  };
}

v1::Signed SignAnew(const v1::Signed& head, const std::function<void(v1::Head*)>& change,
                    const identity::SigningKey& key) {
  v1::Head changed;
  EXPECT_TRUE(changed.ParseFromString(head.payload()));
  change(&changed);
  return identity::SignMessage(changed, key);
}

void Nothing(v1::Head*) {}

// A run that brings nothing, up to another Head.
Deed EmptyRunTo(const std::function<v1::Signed(const Loot&)>& head) {
  return [head](const Loot& loot, v1::SyncMessage* message) {
    v1::Head held;
    EXPECT_TRUE(held.ParseFromString(loot.held_head.payload()));
    if (message->has_run_start()) message->mutable_run_start()->set_to_seq(held.seq());
    if (message->has_run_entries()) message->Clear();
    if (message->has_run_end()) *message->mutable_run_end()->mutable_head() = head(loot);
  };
}

// Hides what is new, and hides it again when it is asked what it hides.
void Hide(const Loot&, v1::SyncMessage* message) {
  if (message->has_run_entries()) message->Clear();
  if (message->has_compare_answer()) message->mutable_compare_answer()->clear_entries();
}

v1::Signed Forked(const Loot& loot) {
  return SignAnew(
      loot.held_head,
      [](v1::Head* head) {
        head->mutable_root()->back() ^= 1;
        head->mutable_issued_at()->set_seconds(head->issued_at().seconds() + 1);
      },
      *loot.origin_key);
}

void ForgeErasure(Entries* entries) {
  v1::Entry* entry = entries->Mutable(0);
  entry->set_kind(v1::ENTRY_KIND_ERASE);
  entry->clear_payload();
  entry->set_erase_signature(std::string(64, 's'));
}

struct Case {
  const char* name;
  const char* reason;
  Deed deed;
  bool onward = false;  // on a copy that was taken before, not on the first run
  bool for_good = false;
};

std::vector<Case> Cases() {
  return {
      {"forged record", "ROOT_MISMATCH",
       OnEntries([](Entries* e) { e->Mutable(0)->mutable_payload()->back() ^= 1; })},
      {"forged withdrawal", "ROOT_MISMATCH", OnEntries([](Entries* e) {
         e->Mutable(0)->set_kind(v1::ENTRY_KIND_WITHDRAW);
         e->Mutable(0)->clear_payload();
       })},
      {"forged erasure", "BAD_ERASE", OnEntries(ForgeErasure)},
      {"forged head", "WRONG_SIGNATURE",
       OnHead([](const Loot&, v1::Signed* head) { head->mutable_payload()->append("\x50\x01"); })},
      {"head of a stranger", "UNKNOWN_KEY", OnHead([](const Loot&, v1::Signed* head) {
         *head = SignAnew(*head, Nothing, TestNode('s').key());
       })},
      {"stolen old key", "UNKNOWN_KEY", OnHead([](const Loot& loot, v1::Signed* head) {
         *head = SignAnew(*head, Nothing, *loot.stolen_key);
       })},
      {"truncated", "ROOT_MISMATCH", OnEntries([](Entries* e) { e->RemoveLast(); })},
      {"cut off before its entries", "ROOT_MISMATCH", OnEntries([](Entries* e) { e->Clear(); })},
      {"hidden", "ROOT_MISMATCH", OnEntries([](Entries* e) { e->DeleteSubrange(0, 1); })},
      {"reordered", "OUT_OF_ORDER", OnEntries([](Entries* e) { e->SwapElements(0, 1); })},
      {"played twice", "OUT_OF_ORDER",
       OnEntries([](Entries* e) { *e->Add() = v1::Entry(e->Get(0)); })},
      {"oversized record", "BAD_ENTRY",
       OnEntries([](Entries* e) { e->Mutable(0)->mutable_payload()->resize(300 << 10); })},
      {"oversized head", "TOO_LARGE",
       OnHead([](const Loot&, v1::Signed* head) { head->mutable_payload()->resize(2 << 20); })},
      {"foreign incarnation", "WRONG_HEAD",
       [](const Loot&, v1::SyncMessage* message) {
         if (!message->has_run_start()) return;
         message->mutable_run_start()->set_incarnation(std::string(16, 'x'));
       }},
      {"incarnation changed in mid-log", "WRONG_FROM",
       [](const Loot&, v1::SyncMessage* message) {
         if (!message->has_run_start()) return;
         message->mutable_run_start()->set_incarnation(std::string(16, 'x'));
       },
       /*onward=*/true},
      {"replayed", "REPLAYED_HEAD", EmptyRunTo([](const Loot& loot) { return loot.first_head; }),
       /*onward=*/true},
      {"hidden, and hidden again", "UNPROVED", Hide, /*onward=*/true},
      {"forked", "FORK", EmptyRunTo(Forked), /*onward=*/true, /*for_good=*/true},
  };
}

class AttackTest : public AttackFixture {
 protected:
  void PlayAll(bool by_relay) {
    loot_.stolen_key = capso_.self().signer().Get();
    Join(by_relay);
    ASSERT_TRUE(capso_.rotation().RotateSigning(/*revoke=*/true, "operators/test").ok());
    loot_.origin_key = capso_.self().signer().Get();
    ASSERT_TRUE(GoodShareGoesOn());
    for (const Case& each : Cases()) {
      SCOPED_TRACE(each.name);
      Play(each);
      if (HasFatalFailure()) return;
    }
  }

 private:
  void Play(const Case& each) {
    const ShareId share = NewShare(each.name);
    const Change change = [this, deed = each.deed](v1::SyncMessage* m) { deed(loot_, m); };
    if (supplier_ == &hub_) {
      ASSERT_TRUE(hub_.Subscribe(capso_.id(), share)) << hub_.Log();
    }
    if (!each.onward) Attack(share, change);
    ASSERT_TRUE(irev_.Subscribe(capso_.id(), share)) << irev_.Log();
    if (each.onward) TakeHonestRuns(share);
    const uint64_t held = HeadOf(&irev_, share).seq();
    const uint64_t before = each.onward ? Refused(&irev_, each.reason) : 0;
    if (each.onward) Attack(share, change);
    if (each.onward) capso_.Create(Person("Élise", "Carpentier"));
    ASSERT_TRUE(Eventually([&] { return BlameFor(share) == each.reason; }))
        << irev_.Log() << hub_.Log();
    EXPECT_GT(Refused(&irev_, each.reason), before);
    EXPECT_TRUE(GoodShareGoesOn());
    EXPECT_EQ(HeadOf(&irev_, share).seq(), held);
    EXPECT_EQ(IsQuarantined(share), supplier_ == &capso_ || each.for_good);
    Attack(share, nullptr);
    if (!each.for_good) {
      EXPECT_TRUE(Gets(share));
    }
    EXPECT_EQ(IsQuarantined(share), each.for_good);
  }
  // The victim's copy has a past.
  void TakeHonestRuns(const ShareId& share) {
    ASSERT_TRUE(Gets(share));
    loot_.first_head = HeldHead(share);
    ASSERT_TRUE(GoodShareGoesOn());
    ASSERT_TRUE(Gets(share));
    loot_.held_head = HeldHead(share);
  }
  v1::Signed HeldHead(const ShareId& share) {
    return irev_.sharing().subscriptions().Get(capso_.id(), share)->received.stored.head();
  }
  bool IsQuarantined(const ShareId& share) {
    return irev_.sharing()
        .subscriptions()
        .Get(capso_.id(), share)
        ->received.stored.has_quarantine();
  }

  Loot loot_;
};

TEST_F(AttackTest, WhatTheOriginItselfDoesToARunIsRefusedAndCounted) { PlayAll(false); }

TEST_F(AttackTest, WhatARelayDoesToARunIsRefusedAndCounted) { PlayAll(true); }

}  // namespace
}  // namespace maillage::sharing

#include "server/identity/partnerships.h"

#include <deque>
#include <functional>
#include <map>

#include "client/base/error.h"
#include "server/identity/descriptor.h"
#include "tests/identity/identity_fixture.h"

namespace maillage::identity {
namespace {

// Nodes that know each other as the tests say, and links that carry at once.
class PartnershipsTest : public testing::Test {
 protected:
  struct Node {
    Node(const std::string& alias, const Clock* clock, PartnershipsTest* test)
        : identity(alias, clock) {
      partnerships = *Partnerships::Load(
          {identity.self.get(), identity.partners.get(), identity.writer.get(), clock,
           [this, test](const NodeId& to, const v1::LinkMessage& message, storage::Transaction*) {
             test->mail_.push_back({id(), to, message.roster()});
             return absl::OkStatus();
           },
           nullptr},
          identity.database->latest());
    }
    NodeId id() const { return identity.self->node(); }
    TestIdentity identity;
    std::unique_ptr<Partnerships> partnerships;
  };
  struct Mail {
    NodeId from;
    NodeId to;
    v1::Signed roster;
  };

  void Pair(Node& a, Node& b) {
    ASSERT_TRUE(a.identity.partners
                    ->Add(b.identity.self->signed_descriptor(), b.identity.self->alias(),
                          a.identity.writer.get(), {})
                    .ok());
    ASSERT_TRUE(b.identity.partners
                    ->Add(a.identity.self->signed_descriptor(), a.identity.self->alias(),
                          b.identity.writer.get(), {})
                    .ok());
  }
  // Everybody gets what was sent to them.
  void Deliver() {
    for (; !mail_.empty(); mail_.pop_front()) {
      const Mail mail = mail_.front();
      for (Node* node : {&capso_, &irev_, &creil_}) {
        if (node->id() != mail.to) continue;
        const absl::Status status = node->partnerships->Receive(mail.from, mail.roster);
        EXPECT_TRUE(status.ok()) << status;
      }
    }
  }
  void Found() {
    Pair(capso_, irev_);
    Pair(capso_, creil_);
    ASSERT_TRUE(capso_.partnerships->Create(kTitle, irev_.id(), {creil_.id()}, "admin").ok());
    Deliver();
  }
  static bool Knows(const Node& a, const Node& b) {
    return a.identity.partners->Get(b.id()) != nullptr;
  }
  std::string ReasonOf(Node& node, const v1::Roster& roster, const Node& signer) {
    return ErrorReason(node.partnerships->Receive(
        signer.id(), SignMessage(roster, signer.identity.self->signer())));
  }

  const std::string kTitle = "Contrat de ville";
  TestClock clock_;
  std::deque<Mail> mail_;
  Node capso_{"capso", &clock_, this};
  Node irev_{"irev", &clock_, this};
  Node creil_{"creil", &clock_, this};
};

TEST_F(PartnershipsTest, OneYesPairsWithAllMembers) {
  Found();
  EXPECT_FALSE(Knows(irev_, creil_));
  EXPECT_FALSE(irev_.partnerships->List()[0]->accepted);
  ASSERT_TRUE(irev_.partnerships->Accept(kTitle, "admin").ok());
  ASSERT_TRUE(creil_.partnerships->Accept(kTitle, "admin").ok());
  EXPECT_TRUE(Knows(irev_, creil_));
  EXPECT_TRUE(Knows(creil_, irev_));
  const PartnerPtr creil = irev_.identity.partners->Get(creil_.id());
  EXPECT_TRUE(creil->by_roster);
  EXPECT_EQ(creil->alias, "creil");
  // Creil carries between capso and irev, not for itself.
  EXPECT_TRUE(creil->relays.empty());
  EXPECT_EQ(irev_.identity.partners->Get(capso_.id())->relays, std::vector<NodeId>{creil_.id()});
}

TEST_F(PartnershipsTest, LaterMembersComeUnaskedAndRemovedOnesGo) {
  Pair(capso_, irev_);
  ASSERT_TRUE(capso_.partnerships->Create(kTitle, NodeId(), {irev_.id()}, "admin").ok());
  Deliver();
  ASSERT_TRUE(irev_.partnerships->Accept(kTitle, "admin").ok());
  Pair(capso_, creil_);
  ASSERT_TRUE(capso_.partnerships->AddMember(kTitle, creil_.id(), false, "admin").ok());
  Deliver();
  EXPECT_TRUE(Knows(irev_, creil_));
  ASSERT_TRUE(creil_.partnerships->Accept(kTitle, "admin").ok());
  EXPECT_TRUE(Knows(creil_, irev_));
  ASSERT_TRUE(capso_.partnerships->RemoveMember(kTitle, creil_.id(), "admin").ok());
  Deliver();
  EXPECT_FALSE(Knows(irev_, creil_));
  EXPECT_FALSE(Knows(creil_, irev_));
  EXPECT_TRUE(creil_.partnerships->List().empty());
  // They were paired directly.
  EXPECT_TRUE(Knows(creil_, capso_));
  EXPECT_TRUE(Knows(capso_, creil_));
}

TEST_F(PartnershipsTest, WhoLeavesKeepsThePartnersItPairedWith) {
  Found();
  ASSERT_TRUE(irev_.partnerships->Accept(kTitle, "admin").ok());
  ASSERT_TRUE(irev_.partnerships->Leave(kTitle, "admin").ok());
  EXPECT_FALSE(Knows(irev_, creil_));
  EXPECT_TRUE(Knows(irev_, capso_));
  EXPECT_TRUE(irev_.identity.partners->Get(capso_.id())->partnerships.empty());
  EXPECT_EQ(ErrorReason(capso_.partnerships->Leave(kTitle, "admin").status()), "COORDINATOR_STAYS");
}

TEST_F(PartnershipsTest, TheDeputyGoesOnWhenTheCoordinatorIsGone) {
  Found();
  ASSERT_TRUE(irev_.partnerships->Accept(kTitle, "admin").ok());
  ASSERT_TRUE(creil_.partnerships->Accept(kTitle, "admin").ok());
  EXPECT_EQ(ErrorReason(creil_.partnerships->RemoveMember(kTitle, irev_.id(), "admin").status()),
            "NOT_COORDINATOR");
  ASSERT_TRUE(irev_.partnerships->RemoveMember(kTitle, creil_.id(), "admin").ok());
  Deliver();
  EXPECT_EQ(capso_.partnerships->List()[0]->roster.roster.version(), 2u);
  EXPECT_FALSE(Knows(irev_, creil_));
}

TEST_F(PartnershipsTest, AMembersNewDescriptorGoesIntoTheNextRoster) {
  Found();
  ASSERT_TRUE(irev_.partnerships->Accept(kTitle, "admin").ok());
  ASSERT_TRUE(capso_.partnerships->Refresh().ok());
  EXPECT_TRUE(mail_.empty());
  ASSERT_TRUE(creil_.identity.self
                  ->Refresh({"creil", "Ville de Creil", {"127.0.0.1:7009"}},
                            creil_.identity.writer.get(), clock_)
                  .ok());
  ASSERT_TRUE(capso_.identity.partners
                  ->Update(creil_.id(), creil_.identity.self->signed_descriptor(),
                           capso_.identity.writer.get())
                  .ok());
  ASSERT_TRUE(capso_.partnerships->Refresh().ok());
  Deliver();
  EXPECT_EQ(irev_.identity.partners->Get(creil_.id())->descriptor.version(), 1u);
}

TEST_F(PartnershipsTest, RefusesForgedOldAndForkedRosters) {
  Found();
  ASSERT_TRUE(creil_.partnerships->Accept(kTitle, "admin").ok());
  const v1::Roster good = capso_.partnerships->List()[0]->roster.roster;
  struct Case {
    const char* what;
    std::function<void(v1::Roster*)> change;
    const Node* signer;
    const char* reason;
  };
  const Case cases[] = {
      {"a member signs", [](auto* r) { r->set_version(9); }, &creil_, "UNKNOWN_KEY"},
      {"an older one changes nothing", [](auto* r) { r->set_version(0); }, &capso_, "BAD_ROSTER"},
      {"another content under one version", [](auto* r) { r->set_title("x"); }, &capso_,
       "ROSTER_FORK"},
      {"the deputy under the coordinator's version", [](auto* r) { r->set_title("x"); }, &irev_,
       "ROSTER_FORK"},
      {"another coordinator",
       [&](auto* r) {
         r->set_version(9);
         r->set_coordinator(std::string(irev_.id().bytes()));
       },
       &irev_, "BAD_ROSTER"},
      {"a member twice", [](auto* r) { *r->add_members() = r->members(0); }, &capso_, "BAD_ROSTER"},
      {"the coordinator is no member", [](auto* r) { r->clear_members(); }, &capso_, "BAD_ROSTER"},
      {"a stranger's partnership under another id", [](auto* r) { r->set_partnership("12345678"); },
       &irev_, "NOT_COORDINATOR"},
      {"a short id", [](auto* r) { r->set_partnership("1"); }, &capso_, "BAD_ROSTER"},
      {"a member's descriptor is damaged",
       [](auto* r) { r->mutable_members(0)->mutable_node_descriptor()->set_signature("x"); },
       &capso_, "WRONG_SIGNATURE"},
      {"too many members",
       [](auto* r) {
         for (int i = 0; i <= kMaxRosterMembers; ++i) r->add_members();
       },
       &capso_, "BAD_ROSTER"},
      {"too large", [](auto* r) { r->set_title(std::string(kMaxRosterBytes, 'x')); }, &capso_,
       "TOO_LARGE"},
  };
  for (const Case& c : cases) {
    v1::Roster roster = good;
    c.change(&roster);
    // irev has not said yes: it knows the deputy as itself, creil as a stranger.
    EXPECT_EQ(ReasonOf(c.signer == &creil_ ? irev_ : creil_, roster, *c.signer), c.reason)
        << c.what;
  }
  EXPECT_EQ(creil_.partnerships->List()[0]->roster.roster.version(), 1u);
  // The coordinator's word goes before the deputy's.
  v1::Roster deputys = good;
  deputys.set_version(2);
  EXPECT_EQ(ReasonOf(creil_, deputys, irev_), "");
  deputys.set_title("Contrat de ville du coordinateur");
  EXPECT_EQ(ReasonOf(creil_, deputys, capso_), "");
  EXPECT_EQ(creil_.partnerships->List()[0]->title(), "Contrat de ville du coordinateur");
}

TEST_F(PartnershipsTest, KnowsThemAgainAfterARestart) {
  Found();
  ASSERT_TRUE(irev_.partnerships->Accept(kTitle, "admin").ok());
  const auto again = Partnerships::Load({irev_.identity.self.get(), irev_.identity.partners.get(),
                                         irev_.identity.writer.get(), &clock_, nullptr, nullptr},
                                        irev_.identity.database->latest());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE((*again)->List()[0]->accepted);
  EXPECT_EQ((*again)->PartnersIn((*again)->List()[0]->id()).size(), 2u);
  const auto partners =
      Partners::Load(irev_.identity.self.get(), irev_.identity.database->latest(), &clock_);
  EXPECT_EQ((*partners)->Get(capso_.id())->relays, std::vector<NodeId>{creil_.id()});
  EXPECT_TRUE((*partners)->Get(creil_.id())->by_roster);
}

}  // namespace
}  // namespace maillage::identity

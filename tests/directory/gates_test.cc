#include "server/directory/gates.h"

#include <set>

#include "server/directory/actor.h"
#include "tests/directory/import_fixture.h"

namespace maillage::directory {
namespace {

class GatesTest : public ImportFixture {
 protected:
  GatesTest() {
    objections_ =
        Objections::Load(Self(), database_.get(), &Clock::Real(), std::string(32, 'k')).value();
    objections_->Open(nullptr, writer_.get());
    gates_ = Gates([this](absl::string_view what) { return erased_.contains(std::string(what)); },
                   objections_.get());
  }
  static v1::Actor Told(const std::string& family) {
    v1::Actor actor = Person(family, "Camille");
    AddEmail(family + "@example.org", &actor);
    actor.mutable_notice()->set_state(v1::NOTICE_STATE_EXEMPT);
    actor.mutable_notice()->set_how("art. 14.5.c : registre public");
    auto* work = actor.add_memberships();
    work->set_type(v1::MEMBERSHIP_TYPE_EMPLOYMENT);
    work->set_organisation_name("Mairie");
    return actor;
  }
  Filter Parsed(const std::string& text) { return directory_->ParseFilter(text).value(); }
  void Object(const std::string& address, const std::string& scope) {
    const auto added = objections_->Add(address, scope, "courrier", "operators/test");
    ASSERT_TRUE(added.ok()) << added.status();
  }

  std::set<std::string> erased_;
  std::unique_ptr<Objections> objections_;
  Gates gates_;
};

TEST_F(GatesTest, HoldsBackForTheFirstReasonAndSaysWhich) {
  const Filter all = Parsed("");
  v1::Actor actor = Told("a");
  DeriveCategories(&actor);
  EXPECT_EQ(gates_.Leaving(actor, all), v1::HELD_BACK_UNSPECIFIED);
  actor.clear_memberships();
  DeriveCategories(&actor);
  EXPECT_EQ(gates_.Leaving(actor, all), v1::HELD_BACK_CITIZEN);
  EXPECT_EQ(gates_.Leaving(actor, Parsed("category = CITIZEN")), v1::HELD_BACK_UNSPECIFIED);
  actor.clear_notice();
  EXPECT_EQ(gates_.Leaving(actor, all), v1::HELD_BACK_NOTICE);
  Object("a@example.org", "all");
  EXPECT_EQ(gates_.Leaving(actor, all), v1::HELD_BACK_OBJECTION);
  actor.set_restricted(true);
  EXPECT_EQ(gates_.Leaving(actor, all), v1::HELD_BACK_RESTRICTED);
}

TEST_F(GatesTest, HoldsBackManyByTheIndexAsItDoesOneByOne) {
  for (int i = 0; i < 64; ++i) {
    v1::Actor actor = Told(absl::StrCat("p", i));
    if (i % 2 == 0) actor.clear_memberships();
    if (i % 3 == 0) actor.clear_notice();
    if (i % 5 == 0) actor.set_restricted(true);
    if (i % 7 == 0) Object(absl::StrCat("p", i, "@example.org"), "all");
    Create(actor);
  }
  Create(Association("Les Jardins"));
  for (const char* text : {"", "category = CITIZEN", "kind = PERSON"}) {
    const Filter filter = Parsed(text);
    Roaring matches = filter.Evaluate(database_->latest()).value();
    std::map<v1::HeldBack, int> one_by_one;
    ASSERT_TRUE(directory_
                    ->ForEach(filter,
                              [&](const ShownRecord& record) {
                                ++one_by_one[gates_.Leaving(*record.actor, filter)];
                                return true;
                              })
                    .ok());
    const auto held = gates_.HoldBack(database_->latest(), Self(), filter, &matches);
    ASSERT_TRUE(held.ok()) << held.status();
    EXPECT_EQ(static_cast<int>(matches.cardinality()), one_by_one[v1::HELD_BACK_UNSPECIFIED]);
    for (const auto& [why, ordinals] : *held) {
      EXPECT_EQ(static_cast<int>(ordinals.cardinality()), one_by_one[why]) << text << why;
    }
  }
}

TEST_F(GatesTest, AnImportBringsNobodyBackWhoWasErasedOrObjected) {
  erased_ = {"efface@example.org"};
  Object("oppose@example.org", "all");
  Object("themes@example.org", "theme:sport");
  const std::string sheet =
      "Nom;Prénom;Courriel\nUn;Aude;efface@example.org\nDeux;Line;oppose@example.org\n"
      "Trois;Paul;themes@example.org\n";
  v1::ImportSpec spec;
  spec.set_file_name("liste.csv");
  std::vector<std::string> reasons;
  Import import(
      Self(), database_.get(), writer_.get(), &Clock::Real(), spec, "operators/test",
      [&](const v1::ImportProblem& problem) {
        reasons.push_back(absl::StrCat(problem.line(), ": ", problem.reason()));
      },
      gates_);
  ASSERT_TRUE(import.Start().ok());
  ASSERT_TRUE(import.Write(sheet).ok());
  ASSERT_TRUE(import.Finish(true).ok());
  EXPECT_EQ(import.summary().created(), 1);
  EXPECT_EQ(import.summary().left_out(), 2);
  ASSERT_EQ(reasons.size(), 2u);
  EXPECT_EQ(reasons[0], "2: the person was erased here and is not brought back (RGPD art. 17)");
  EXPECT_EQ(reasons[1], "3: the person objected to all processing (RGPD art. 21)");
}

TEST_F(GatesTest, ASharedSwitchboardOfSomebodyErasedKeepsNobodyOut) {
  erased_ = {"+33399000001", "+33639980002"};
  v1::Actor colleague = Told("b");
  auto* phone = colleague.add_contact_points();
  phone->set_kind(v1::CONTACT_KIND_PHONE);
  phone->set_value("+33399000001");
  EXPECT_TRUE(gates_.CheckComing(colleague).ok());
  phone->set_value("+33639980002");  // a mobile is one person's
  EXPECT_EQ(ErrorReason(gates_.CheckComing(colleague)), "ERASED_BEFORE");
}

TEST_F(GatesTest, AnObjectionReachesInvitationsOfItsScopeOnly) {
  v1::Actor actor = Told("c");
  const NodeId issuer = Partner();
  const Filter sport = Parsed("theme:sport");
  EXPECT_FALSE(objections_->ToInvitation(actor, issuer, sport));
  Object("C@Example.org", "theme:Sport");
  EXPECT_TRUE(objections_->ToInvitation(actor, issuer, sport));
  EXPECT_FALSE(objections_->ToInvitation(actor, issuer, Parsed("theme:culture")));
  Object("c@example.org", absl::StrCat("issuer:", ToText(issuer)));
  EXPECT_TRUE(objections_->ToInvitation(actor, issuer, Parsed("theme:culture")));
  EXPECT_FALSE(objections_->ToInvitation(actor, Self(), Parsed("theme:culture")));
}

TEST_F(GatesTest, ObjectionsNameNobodyAreKnownAgainAndCanBeTakenBack) {
  Object("d@example.org", "all");
  Object("D@EXAMPLE.ORG", "all");  // said twice
  auto listed = objections_->List("d@example.org");
  ASSERT_TRUE(listed.ok() && listed->size() == 1u);
  const auto row = database_->latest().Get(storage::Family::kObjects, (*listed)[0].name());
  ASSERT_TRUE(row.ok() && row->has_value());
  EXPECT_EQ((*row)->find("example"), std::string::npos);
  const auto again =
      Objections::Load(Self(), database_.get(), &Clock::Real(), std::string(32, 'k')).value();
  EXPECT_TRUE(again->ToAll(Told("d")));
  EXPECT_TRUE(objections_->Remove((*listed)[0].name(), "operators/test").ok());
  EXPECT_FALSE(objections_->ToAll(Told("d")));
  EXPECT_EQ(ErrorReason(objections_->Remove((*listed)[0].name(), "operators/test")),
            "NO_SUCH_OBJECTION");
  EXPECT_EQ(ErrorReason(objections_->Add("d@example.org", "colour", "", "").status()), "BAD_SCOPE");
  EXPECT_EQ(ErrorReason(objections_->Add("nobody", "all", "", "").status()), "BAD_MAILBOX");
}

TEST_F(GatesTest, ConsentIsProvedAndANoticeSaysWhenAndHow) {
  v1::Actor actor = Told("e");
  actor.set_legal_basis(v1::LEGAL_BASIS_CONSENT);
  EXPECT_NE(CheckLawful(actor).message().find("art. 7.1"), std::string::npos);
  actor.mutable_consent()->set_proof("formulaire signé du 12 mars");
  EXPECT_TRUE(CheckLawful(actor).ok());
  actor.mutable_notice()->set_state(v1::NOTICE_STATE_GIVEN);
  EXPECT_NE(CheckLawful(actor).message().find("no date"), std::string::npos);
  actor.clear_legal_basis();
  EXPECT_NE(CheckLawful(actor).message().find("art. 6.1"), std::string::npos);
}

}  // namespace
}  // namespace maillage::directory

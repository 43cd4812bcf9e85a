// Suggestions between two nodes over real streams.
#include "server/sharing/suggestions.h"

#include "absl/strings/match.h"
#include "client/base/error.h"
#include "gtest/gtest.h"
#include "server/directory/actor_name.h"
#include "tests/sharing/live_node.h"
#include "tests/sharing/test_world.h"
#include "tests/testing/files.h"

namespace maillage::sharing {
namespace {

// capso shares a person with irev, who proposes.
class SuggestionsTest : public testing::Test {
 protected:
  SuggestionsTest() : capso_(home_, "capso"), irev_(home_, "irev") {
    capso_.Start();
    irev_.Start();
    at_capso_ = Make(&capso_);
    at_irev_ = Make(&irev_);
    Pair(&capso_, &irev_);
    v1::Actor person = Person("Anaïs", "Lefèvre");
    person.set_notes("ne pas appeler le soir");
    name_ = capso_.Create(person);
  }
  ~SuggestionsTest() override {
    capso_.Stop();
    irev_.Stop();
  }

  static std::unique_ptr<Suggestions> Make(LiveNode* node) {
    auto suggestions = std::make_unique<Suggestions>(Suggestions::Parts{
        &node->self(), &node->partners(), &node->sharing().table(), &node->database(),
        &node->writer(), &Clock::Real(), &node->sharing().links(), &node->directory()});
    suggestions->Register();
    return suggestions;
  }
  void Share(v1::View view) {
    const ShareId share = capso_.MakeShare("pros", view, {irev_.id()});
    ASSERT_TRUE(irev_.Subscribe(capso_.id(), share));
    ASSERT_TRUE(Eventually([&] { return irev_.Count() == 1; }));
  }
  // irev proposes another address of work.
  absl::StatusOr<v1::ProposedChange> Propose(absl::string_view email) {
    v1::Actor actor = *irev_.directory().Get(name_).value();
    for (auto& contact : *actor.mutable_contact_points()) {
      if (contact.scope() == v1::CONTACT_SCOPE_WORK) contact.set_value(std::string(email));
    }
    return at_irev_->Make(actor, {"contact_points"}, "elle a changé d'adresse", "operators/marie");
  }
  // Sends what an honest node would not.
  void SendRaw(const v1::Suggestion& suggestion) {
    v1::LinkMessage message;
    *message.mutable_suggestion() = suggestion;
    ASSERT_TRUE(irev_.sharing().links().Send(capso_.id(), message).ok());
  }
  static v1::ProposedChange Only(const Suggestions& suggestions) {
    const auto list = suggestions.List().value();
    return list.size() == 1 ? list[0] : v1::ProposedChange();
  }
  bool IsAtOrigin() {
    return Eventually([&] { return Only(*at_capso_).state() == v1::SUGGESTION_STATE_OPEN; });
  }
  bool IsAnswered(v1::SuggestionState state) {
    return Eventually([&] { return Only(*at_irev_).state() == state; });
  }
  v1::Actor Now() { return *capso_.directory().Get(name_).value(); }

  const TempDir temp_;
  const std::string home_ = temp_.path();
  LiveNode capso_;
  LiveNode irev_;
  std::unique_ptr<Suggestions> at_capso_;
  std::unique_ptr<Suggestions> at_irev_;
  std::string name_;
};

TEST_F(SuggestionsTest, AnAcceptedOneChangesTheRecordAndItsAuthorHears) {
  Share(v1::VIEW_PROFESSIONAL);
  const v1::Actor before = Now();
  ASSERT_TRUE(Propose("neuf@example.org").ok());
  ASSERT_TRUE(IsAtOrigin());
  const v1::ProposedChange open = Only(*at_capso_);
  ASSERT_EQ(open.changes_size(), 1);
  EXPECT_EQ(open.changes(0).field(), "email");
  EXPECT_EQ(open.changes(0).after(), "neuf@example.org");
  EXPECT_EQ(open.author(), "irev");
  EXPECT_FALSE(open.changed_since());
  ASSERT_TRUE(at_capso_->Accept("1", "operators/paul").ok());
  const v1::Actor after = Now();
  EXPECT_EQ(after.revision(), before.revision() + 1);
  EXPECT_EQ(after.notes(), before.notes());
  // The private address, which irev does not see, is as it was.
  EXPECT_EQ(after.contact_points_size(), before.contact_points_size());
  EXPECT_TRUE(absl::EndsWith(after.source(), "suggestion of irev")) << after.source();
  EXPECT_TRUE(IsAnswered(v1::SUGGESTION_STATE_ACCEPTED));
  EXPECT_TRUE(Eventually([&] { return irev_.Count("email:neuf@example.org") == 1; }));
  EXPECT_EQ(Only(*at_capso_).changes_size(), 0);
  EXPECT_EQ(ErrorReason(at_capso_->Accept("1", "operators/paul").status()), "NOT_OPEN");
}

TEST_F(SuggestionsTest, ARefusedOneChangesNothingAndSaysWhy) {
  Share(v1::VIEW_PROFESSIONAL);
  ASSERT_TRUE(Propose("neuf@example.org").ok());
  ASSERT_TRUE(IsAtOrigin());
  ASSERT_TRUE(at_capso_->Refuse("1", "ce n'est pas elle", "operators/paul").ok());
  EXPECT_EQ(Now().revision(), 1u);
  ASSERT_TRUE(IsAnswered(v1::SUGGESTION_STATE_REFUSED));
  EXPECT_EQ(Only(*at_irev_).answer_why(), "ce n'est pas elle");
}

TEST_F(SuggestionsTest, SaysThatTheRecordHasChangedSince) {
  Share(v1::VIEW_PROFESSIONAL);
  ASSERT_TRUE(Propose("neuf@example.org").ok());
  ASSERT_TRUE(IsAtOrigin());
  capso_.Edit(name_, [](v1::Actor* actor) { actor->set_notes("plus rien"); });
  EXPECT_TRUE(Only(*at_capso_).changed_since());
}

TEST_F(SuggestionsTest, AcceptingWhatIsNoAddressNamesTheFieldAndLeavesItOpen) {
  Share(v1::VIEW_PROFESSIONAL);
  ASSERT_TRUE(Propose("pas une adresse").ok());
  ASSERT_TRUE(IsAtOrigin());
  const auto accepted = at_capso_->Accept("1", "operators/paul");
  EXPECT_EQ(ErrorReason(accepted.status()), "BAD_ACTOR");
  EXPECT_EQ(Only(*at_capso_).state(), v1::SUGGESTION_STATE_OPEN);
  EXPECT_EQ(Now().revision(), 1u);
}

TEST_F(SuggestionsTest, WhatIsNotTheAuthorsToSeeIsNotItsToPropose) {
  Share(v1::VIEW_CARD);
  EXPECT_EQ(ErrorReason(Propose("neuf@example.org").status()), "FIELD_NOT_OPEN");
  for (const char* field : {"notes", "tags", "restricted", "legal_basis", "source", "name"}) {
    const v1::Actor actor = *irev_.directory().Get(name_).value();
    EXPECT_EQ(ErrorReason(at_irev_->Make(actor, {field}, "", "operators/marie").status()),
              "FIELD_NOT_OPEN")
        << field;
  }
}

TEST_F(SuggestionsTest, TheOriginHoldsAHostileAuthorToTheSame) {
  Share(v1::VIEW_CARD);
  const RecordId id = directory::ParseName(name_).value().id;
  v1::Suggestion notes;
  notes.set_record(std::string(id.bytes()));
  notes.add_paths("notes");
  notes.mutable_actor()->set_notes("mensonge");
  SendRaw(notes);
  v1::Suggestion unknown = notes;
  unknown.set_record(std::string(16, 'x'));
  unknown.set_paths(0, "acronym");
  SendRaw(unknown);
  v1::Suggestion endless;
  endless.set_record(std::string(id.bytes()));
  endless.add_paths("themes");
  for (int i = 0; i < 10'000; ++i) endless.mutable_actor()->add_themes("AAAAAAAAAA");
  SendRaw(endless);
  v1::Suggestion last;
  last.set_record(std::string(id.bytes()));
  last.add_paths("themes");
  last.mutable_actor()->add_themes("CADRE_DE_VIE");
  SendRaw(last);
  ASSERT_TRUE(IsAtOrigin());
  EXPECT_EQ(Only(*at_capso_).changes(0).after(), "CADRE_DE_VIE");
}

TEST_F(SuggestionsTest, OneAuthorKeepsABoundedNumberOpen) {
  Share(v1::VIEW_PROFESSIONAL);
  for (int i = 0; i < kMaxOpenSuggestions; ++i) {
    ASSERT_TRUE(Propose("neuf@example.org").ok());
  }
  EXPECT_EQ(ErrorReason(Propose("neuf@example.org").status()), "TOO_MANY_SUGGESTIONS");
  ASSERT_TRUE(Eventually([&] { return at_capso_->CountOpen().value() == kMaxOpenSuggestions; }));
  ASSERT_TRUE(at_capso_->Refuse("1", "", "operators/paul").ok());
  EXPECT_TRUE(Eventually([&] { return Propose("neuf@example.org").ok(); }));
}

TEST_F(SuggestionsTest, NothingOfAGoneRecordStaysInThem) {
  Share(v1::VIEW_PROFESSIONAL);
  ASSERT_TRUE(Propose("neuf@example.org").ok());
  ASSERT_TRUE(IsAtOrigin());
  capso_.Delete(name_);
  ASSERT_TRUE(at_capso_->DropOrphans().ok());
  EXPECT_EQ(Only(*at_capso_).state(), v1::SUGGESTION_STATE_REFUSED);
  EXPECT_EQ(Only(*at_capso_).changes_size(), 0);
  EXPECT_TRUE(IsAnswered(v1::SUGGESTION_STATE_REFUSED));
}

TEST_F(SuggestionsTest, WhatAPartnerHeldOfALostRecordBringsItBackUnderItsId) {
  v1::Actor held = Person("Bruno", "Delattre");
  held.set_revision(7);
  held.set_view(v1::VIEW_FULL);
  const RecordId id = NewRecordId(kNow);
  storage::Transaction transaction;
  ASSERT_TRUE(at_capso_->AddRecovered(irev_.id(), id, held, &transaction).ok());
  ASSERT_TRUE(capso_.writer().Commit(std::move(transaction)).ok());
  EXPECT_TRUE(Only(*at_capso_).recovered());
  const auto accepted = at_capso_->Accept("1", "operators/paul");
  ASSERT_TRUE(accepted.ok()) << accepted.status();
  EXPECT_EQ(capso_.directory().Get(ActorName(capso_.id(), id)).value()->revision(), 8u);
}

}  // namespace
}  // namespace maillage::sharing

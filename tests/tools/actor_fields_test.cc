#include "tools/commands/actor_fields.h"

#include <gmock/gmock.h>
#include <google/protobuf/text_format.h>
#include <gtest/gtest.h>

#include "client/base/error.h"

namespace maillage::cli {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;

absl::StatusOr<v1::TerritoryRef> Lookup(const std::string& code) {
  if (code != "62765") return NotFound("NO_TERRITORY", "no territory " + code);
  v1::TerritoryRef ref;
  ref.set_level(v1::TERRITORY_LEVEL_COMMUNE);
  ref.set_code(code);
  return ref;
}

struct Applied {
  v1::Actor actor;
  std::set<std::string> touched;
  absl::Status status;
};

Applied Apply(const std::vector<std::string>& assignments, v1::Actor actor = {}) {
  Applied applied = {std::move(actor), {}, {}};
  applied.status = ApplyFields(assignments, &Lookup, &applied.actor, &applied.touched);
  return applied;
}

v1::Actor Parse(const char* text) {
  v1::Actor actor;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &actor));
  return actor;
}

void ExpectSame(const v1::Actor& actual, const char* expected) {
  EXPECT_EQ(actual.DebugString(), Parse(expected).DebugString());
}

TEST(ApplyFields, MakesAPerson) {
  const Applied applied =
      Apply({"given=Zélie", "family=Wæstelandt", "mandate=Maire@Commune de Tilques",
             "type=institution", "email=maire@example.org", "phone.private=0639980001",
             "territory=62765", "theme=EDUCATION", "theme=SPORT", "basis=public-task"});
  ASSERT_TRUE(applied.status.ok()) << applied.status;
  ExpectSame(applied.actor, R"pb(
    kind: ACTOR_KIND_PERSON
    person_name { given: "Zélie" family: "Wæstelandt" }
    memberships {
      type: MEMBERSHIP_TYPE_MANDATE
      organisation_name: "Commune de Tilques"
      organisation_type: ORGANISATION_TYPE_INSTITUTION
      role: "Maire"
    }
    territories { level: TERRITORY_LEVEL_COMMUNE code: "62765" }
    themes: "EDUCATION"
    themes: "SPORT"
    contact_points { kind: CONTACT_KIND_EMAIL scope: CONTACT_SCOPE_WORK value: "maire@example.org" }
    contact_points { kind: CONTACT_KIND_PHONE scope: CONTACT_SCOPE_PRIVATE value: "0639980001" }
    legal_basis: LEGAL_BASIS_PUBLIC_TASK
  )pb");
}

TEST(ApplyFields, MakesAnOrganisation) {
  const Applied applied = Apply({"organisation=Les Tilleuls", "type=association", "rna=W623000001",
                                 "retain_until=2031-12-31"});
  ASSERT_TRUE(applied.status.ok()) << applied.status;
  ExpectSame(applied.actor, R"pb(
    kind: ACTOR_KIND_ORGANISATION
    organisation_name: "Les Tilleuls"
    organisation_type: ORGANISATION_TYPE_ASSOCIATION
    identifiers { scheme: "RNA" value: "W623000001" }
    retain_until { year: 2031 month: 12 day: 31 }
  )pb");
}

constexpr char kKnown[] = R"pb(
  kind: ACTOR_KIND_PERSON
  person_name { given: "Zélie" family: "Wæstelandt" }
  contact_points { kind: CONTACT_KIND_EMAIL scope: CONTACT_SCOPE_WORK value: "old@example.org" }
  contact_points { kind: CONTACT_KIND_EMAIL scope: CONTACT_SCOPE_PRIVATE value: "p@example.org" }
  contact_points { kind: CONTACT_KIND_PHONE scope: CONTACT_SCOPE_WORK value: "+33353010011" }
  themes: "SPORT"
)pb";

TEST(ApplyFields, ReplacesTheFieldsGivenAndTellsWhich) {
  const Applied applied =
      Apply({"email=new@example.org", "email=second@example.org", "theme="}, Parse(kKnown));
  ASSERT_TRUE(applied.status.ok()) << applied.status;
  EXPECT_THAT(applied.touched, ElementsAre("contact_points", "themes"));
  std::vector<std::string> values;
  for (const auto& contact : applied.actor.contact_points()) values.push_back(contact.value());
  EXPECT_THAT(values, ElementsAre("p@example.org", "+33353010011", "new@example.org",
                                  "second@example.org"));
  EXPECT_EQ(applied.actor.themes_size(), 0);
  EXPECT_EQ(applied.actor.person_name().family(), "Wæstelandt");
}

TEST(ApplyFields, KeepsWhatFollowsTheFirstEqualsSign) {
  EXPECT_EQ(Apply({"notes=a=b"}).actor.notes(), "a=b");
}

TEST(ApplyFields, RefusesWithTheReason) {
  struct Case {
    std::vector<std::string> assignments;
    const char* reason;
    const char* message;
  };
  const Case cases[] = {
      {{"name=x"}, "USAGE", "'name=x' is not FIELD=VALUE"},
      {{"email"}, "USAGE", "'email' is not FIELD=VALUE"},
      {{"given=A", "given=B"}, "USAGE", "given is given twice"},
      {{"mandate=Maire"}, "USAGE", "'Maire' is not ROLE@ORGANISATION"},
      {{"type=club"}, "USAGE", "'club' is none of institution, association, company"},
      {{"restricted=perhaps"}, "USAGE", "'perhaps' is not true or false"},
      {{"retain_until=2031"}, "USAGE", "retain_until 2031 is not YYYY-MM-DD"},
      {{"territory=99999"}, "NO_TERRITORY", "no territory 99999"},
  };
  for (const Case& c : cases) {
    const absl::Status status = Apply(c.assignments).status;
    EXPECT_EQ(ErrorReason(status), c.reason) << c.assignments[0];
    EXPECT_EQ(status.message(), c.message);
  }
  EXPECT_THAT(ErrorMend(Apply({"x=1"}).status), HasSubstr("email.private"));
}

TEST(ApplyJson, ReplacesWhatItSetsAndLeavesOutputOnlyFieldsOutOfTheMask) {
  v1::Actor actor = Parse(kKnown);
  std::set<std::string> touched;
  const absl::Status status = ApplyJson(
      R"({"name":"nodes/n/actors/u","etag":"7","revision":"3","categories":["AUDIENCE_CATEGORY_CITIZEN"],
          "themes":[],"contactPoints":[{"kind":"CONTACT_KIND_EMAIL","value":"x@example.org"}]})",
      &actor, &touched);
  ASSERT_TRUE(status.ok()) << status;
  EXPECT_THAT(touched, ElementsAre("contact_points", "themes"));
  EXPECT_EQ(actor.name(), "nodes/n/actors/u");
  EXPECT_EQ(actor.etag(), "7");
  EXPECT_EQ(actor.themes_size(), 0);
  EXPECT_EQ(actor.categories_size(), 0);
  ASSERT_EQ(actor.contact_points_size(), 1);
  EXPECT_EQ(actor.contact_points(0).value(), "x@example.org");
}

TEST(ApplyJson, RefusesWhatIsNoActor) {
  for (const char* json : {"", "[]", "{", R"({"nom":"x"})", R"({"kind":"ROBOT"})"}) {
    v1::Actor actor;
    std::set<std::string> touched;
    EXPECT_EQ(ErrorReason(ApplyJson(json, &actor, &touched)), "BAD_JSON") << json;
  }
}

}  // namespace
}  // namespace maillage::cli

#include <iterator>
#include <random>

#include "server/directory/terms.h"
#include "tests/directory/directory_fixture.h"

namespace maillage::directory {
namespace {

constexpr const char* kTerms[] = {"kind = PERSON",
                                  "kind != ORGANISATION",
                                  "category = CITIZEN",
                                  "category:ASSOCIATION",
                                  "territory:62765",
                                  "territory:200069037",
                                  "territory:REGION/32",
                                  "territory = 62014",
                                  "territory = REGION/32",
                                  "email:*",
                                  "email:example.org",
                                  "email = m1@example.org",
                                  "origin = ville",
                                  "category != ELECTED_OFFICIAL",
                                  "theme = CADRE_DE_VIE",
                                  "theme:*",
                                  "tag = education",
                                  "tag:\"Cadre de vie\"",
                                  "phone = 0199001201",
                                  "phone:*",
                                  "identifier:2162",
                                  "identifier:21623",
                                  "identifier = SIREN/21624",
                                  "identifier != 21625",
                                  "identifier:*",
                                  "role:maire",
                                  "role = maire",
                                  "role:\"adjoint mai*\"",
                                  "role:*",
                                  "role != \"adjoint au maire\"",
                                  "organisation:cc",
                                  "organisation:\"communauté de communes\"",
                                  "organisation = \"CC de Lumbres\"",
                                  "organisation:tilleul*",
                                  "organisation:\"d'Artois\"",
                                  "organisation:*",
                                  "basis = PUBLIC_TASK",
                                  "basis:CONSENT",
                                  "update_time > 2018-05-31",
                                  "update_time <= 2018",
                                  "update_time != 2018-05",
                                  "update_time >= 2018-05",
                                  "update_time < 2018-05-31",
                                  "update_time:2018"};

// Builds random filters, and checks that postings and single records agree and
// that the canonical form means the same.
class FilterPropertyTest : public DirectoryFixture {
 protected:
  v1::Actor RandomActor() {
    static const char* const kCommunes[] = {"62765", "62014", "59350", "02691"};
    static const char* const kThemes[] = {"CADRE_DE_VIE", "EDUCATION"};
    static const char* const kOrganisations[] = {
        "CC de Lumbres", "Les Tilleuls", "Tilleuls d'Artois", "Communauté de communes de Lumbres"};
    static const char* const kRoles[] = {"Maire", "Adjoint au maire", "Médiatrice"};
    v1::Actor actor =
        Pick(2) ? Person("P" + std::to_string(Pick(9)), "X") : Association(kOrganisations[Pick(4)]);
    if (Pick(2)) AddCommune(kCommunes[Pick(4)], &actor);
    if (Pick(2)) AddEmail("m" + std::to_string(Pick(5)) + "@example.org", &actor);
    if (Pick(2)) actor.add_themes(kThemes[Pick(2)]);
    if (Pick(3) == 0) actor.add_tags(kThemes[Pick(2)]);
    if (Pick(2)) AddPhone("019900120" + std::to_string(Pick(4)), &actor);
    if (Pick(2)) AddIdentifier(Pick(2) ? "SIREN" : "RNA", "2162" + std::to_string(Pick(9)), &actor);
    if (actor.kind() == v1::ACTOR_KIND_PERSON && Pick(2)) {
      auto* membership = actor.add_memberships();
      membership->set_type(static_cast<v1::MembershipType>(1 + Pick(5)));
      membership->set_organisation_name(kOrganisations[Pick(4)]);
      membership->set_role(kRoles[Pick(3)]);
    }
    return actor;
  }

  std::string RandomFilter(int depth) {
    if (depth == 0 || Pick(3) == 0) return kTerms[Pick(std::size(kTerms))];
    const std::string left = RandomFilter(depth - 1);
    const std::string right = RandomFilter(depth - 1);
    switch (Pick(5)) {
      case 0:
        return "NOT (" + left + ")";
      case 1:
        return "(" + left + ") AND " + right;
      case 2:
        return "(" + left + ") OR (" + right + ")";
      case 3:
        return left + " " + right;
      default:
        return left + " OR NOT (" + right + ")";
    }
  }

  static void AddPhone(const std::string& number, v1::Actor* actor) {
    auto* point = actor->add_contact_points();
    point->set_kind(v1::CONTACT_KIND_PHONE);
    point->set_value(number);
  }
  static void AddIdentifier(const std::string& scheme, const std::string& value, v1::Actor* actor) {
    auto* identifier = actor->add_identifiers();
    identifier->set_scheme(scheme);
    identifier->set_value(value);
  }

  uint32_t Pick(size_t n) { return static_cast<uint32_t>(random_() % n); }
  std::mt19937 random_{20180531};
};

TEST_F(FilterPropertyTest, BothEvaluatorsAgreeAndTheCanonicalFormMeansTheSame) {
  for (int i = 0; i < 120; ++i) Create(RandomActor());
  const auto all = directory_->ParseFilter("");
  for (int round = 0; round < 300; ++round) {
    const std::string text = RandomFilter(3);
    const auto filter = directory_->ParseFilter(text);
    ASSERT_TRUE(filter.ok()) << text << ": " << filter.status();
    const auto again = Filter::Parse(filter->ToString(), nullptr);
    ASSERT_TRUE(again.ok()) << filter->ToString() << ": " << again.status();
    int64_t one_by_one = 0;
    ASSERT_TRUE(directory_
                    ->ForEach(*all,
                              [&](const ShownRecord& record) {
                                const Terms terms = TermsOf(Self(), record.origin, *record.actor);
                                EXPECT_EQ(filter->Matches(terms), again->Matches(terms)) << text;
                                one_by_one += filter->Matches(terms) ? 1 : 0;
                                return true;
                              })
                    .ok());
    EXPECT_EQ(Count(text), one_by_one) << text;
    EXPECT_EQ(Count(filter->ToString()), one_by_one) << text;
  }
}

}  // namespace
}  // namespace maillage::directory

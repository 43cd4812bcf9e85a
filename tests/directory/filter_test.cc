#include "server/directory/filter.h"

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "tests/directory/directory_fixture.h"

namespace maillage::directory {
namespace {

using FilterTest = DirectoryFixture;

TEST_F(FilterTest, SaysWhereAndWhatWhenWrong) {
  const struct {
    const char* filter;
    const char* message;
    const char* mend;
  } kCases[] = {
      {"category", "at character 9, the end: a comparison should stand here",
       "one of = != : < > <= >="},
      {"category = ", "at character 12, the end: a value should stand here",
       "put values with blanks into \"quotes\""},
      {"category = ELU", "at character 12, 'ELU': this is no category",
       "one of INSTITUTION, ELECTED_OFFICIAL, PROFESSIONAL, ASSOCIATION, COMPANY, CITIZEN"},
      {"colour = red", "at character 1, 'colour': there is no such field",
       "one of category, kind, territory, theme, role, organisation, email, phone, identifier, "
       "tag, "
       "origin, basis, notice, retain_until, update_time"},
      {"(kind = PERSON", "at character 15, the end: the parenthesis of character 1 is not closed",
       "close it with )"},
      {"kind = PERSON)", "at character 14, ')': this stands alone", "join terms with AND or OR"},
      {"email = \"a", "at character 9, 'a': the quotation is not closed", "close it with \""},
      {"origin = nobody", "at character 10, 'nobody': no partner of this node goes by that name",
       "an alias of `maillage partner list`, or a node id"},
      {"kind = PERSON and basis = CONSENT", "at character 15, 'and': a field should stand here",
       "write AND in capitals"},
      {"kind = PERSON AND AND", "at character 19, 'AND': a field should stand here",
       "terms before and after it"},
      {"role:médiatrice kind < PERSON", "at character 22, '<': kind has no order", "one of = != :"},
      {"update_time > yesterday", "at character 15, 'yesterday': this is no day",
       "a day as 2018-05-31, a month 2018-05, a year 2018"},
      {"update_time > 2018-02-30", "at character 15, '2018-02-30': this is no day",
       "a day as 2018-05-31, a month 2018-05, a year 2018"},
      {"basis = 6.1.f", "at character 9, '6.1.f': this is no legal basis",
       "one of PUBLIC_TASK, CONSENT, CONTRACT, LEGAL_OBLIGATION"},
      {"phone = 12", "at character 9, '12': this is no telephone number",
       "ten digits, + and another country's number, or :* for any"},
      {"identifier = SIRET/*", "at character 14, 'SIRET/*': this is no identifier",
       "SIRET/21620765000015, the number alone, or how it begins after :"},
      {"role = \"!\"", "at character 8, '!': there is no letter in it", "a word, or :* for any"},
      {"kind ! PERSON", "at character 6, '!': a comparison should stand here",
       "one of = != : < > <= >="},
  };
  for (const auto& test : kCases) {
    const auto filter = directory_->ParseFilter(test.filter);
    EXPECT_EQ(std::string(filter.status().message()), test.message) << test.filter;
    EXPECT_EQ(ErrorMend(filter.status()), test.mend) << test.filter;
    EXPECT_EQ(ErrorReason(filter.status()), "BAD_FILTER") << test.filter;
  }
}

TEST_F(FilterTest, AmbiguousTerritoryNamesItsChoices) {
  const auto filter = directory_->ParseFilter("territory:32");
  EXPECT_EQ(ErrorReason(filter.status()), "BAD_FILTER");
  EXPECT_NE(ErrorMend(filter.status()).find("REGION/32"), std::string::npos)
      << ErrorMend(filter.status());
  EXPECT_TRUE(directory_->ParseFilter("territory:REGION/32").ok());
}

TEST_F(FilterTest, RefusesTooDeepAndTooLong) {
  const std::string deep = std::string(40, '(') + "kind = PERSON" + std::string(40, ')');
  EXPECT_EQ(ErrorReason(directory_->ParseFilter(deep).status()), "BAD_FILTER");
  EXPECT_EQ(ErrorReason(directory_->ParseFilter(std::string(5000, 'x')).status()), "BAD_FILTER");
}

TEST_F(FilterTest, OrBindsTighterThanAnd) {
  const auto filter = directory_->ParseFilter(
      "kind = PERSON AND category = CITIZEN OR category = COMPANY territory = COMMUNE/62765");
  ASSERT_TRUE(filter.ok()) << filter.status();
  EXPECT_EQ(filter->ToString(),
            "kind = PERSON AND category = CITIZEN OR category = COMPANY AND "
            "territory = COMMUNE/62765");
}

TEST_F(FilterTest, FindsRolesAndOrganisationsByWordsOrWhole) {
  v1::Actor person = Person("Ségard", "Côme");
  auto* membership = person.add_memberships();
  membership->set_type(v1::MEMBERSHIP_TYPE_EMPLOYMENT);
  membership->set_role("Chargée de mission");
  membership->set_organisation_name("Communauté d'agglomération du Pays de St-Omer");
  Create(person);
  Create(Association("Les Tilleuls de Saint-Omer"));
  const struct {
    const char* filter;
    int64_t count;
  } kCases[] = {
      {"role:charg\u00c9e", 1},
      {"role:\"mission charg*\"", 1},
      {"role:charg", 0},
      {"role = \"chargee de mission\"", 1},
      {"role = mission", 0},
      {"role:*", 1},
      {"organisation:\"ca pays saint omer\"", 1},
      {"organisation:\"communauté d'agglomération\"", 1},
      {"organisation:\"saint omer\"", 2},
      {"organisation = \"les tilleuls de saint omer\"", 1},
      {"organisation != \"les tilleuls de saint omer\"", 1},
      {"organisation:tilleul* AND kind != PERSON", 1},
  };
  for (const auto& test : kCases) EXPECT_EQ(Count(test.filter), test.count) << test.filter;
}

TEST_F(FilterTest, FindsNumbersIdentifiersThemesTagsAndBases) {
  v1::Actor person = Person("Ségard", "Côme");
  person.add_themes("CADRE_DE_VIE");
  person.add_tags("À rappeler");
  auto* phone = person.add_contact_points();
  phone->set_kind(v1::CONTACT_KIND_PHONE);
  phone->set_value("01 99 00 12 34");
  auto* identifier = person.add_identifiers();
  identifier->set_scheme("SIRET");
  identifier->set_value("21620765000015");
  Create(person);
  Create(Association("Les Tilleuls"));
  const struct {
    const char* filter;
    int64_t count;
  } kCases[] = {
      {"phone = \"01.99.00.12.34\"", 1},
      {"phone:*", 1},
      {"NOT phone:*", 1},
      {"identifier:216207650", 1},
      {"identifier = 216207650", 0},
      {"identifier = siret/21620765000015", 1},
      {"identifier = SIREN/216207650", 0},
      {"theme = cadre_de_vie", 1},
      {"theme:*", 1},
      {"tag = \"a rappeler\"", 1},
      {"basis = PUBLIC_TASK", 1},
      {"basis != PUBLIC_TASK", 1},
      {"basis = consent", 0},
  };
  for (const auto& test : kCases) EXPECT_EQ(Count(test.filter), test.count) << test.filter;
}

TEST_F(FilterTest, ComparesTheDayOfTheLastChange) {
  Create(Association("Les Tilleuls"));
  const std::string today = absl::FormatTime("%Y-%m-%d", absl::Now(), absl::UTCTimeZone());
  const std::string year = today.substr(0, 4);
  EXPECT_EQ(Count("update_time >= " + year), 1);
  EXPECT_EQ(Count("update_time > " + year), 0);
  EXPECT_EQ(Count("update_time <= " + year), 1);
  EXPECT_EQ(Count("update_time < " + year), 0);
  EXPECT_EQ(Count("update_time = " + year + " update_time > 2018-05-31"), 1);
  EXPECT_EQ(Count("update_time < 2018-05-31 OR update_time = 2018-05"), 0);
}

TEST_F(FilterTest, ExplainsWhichIndexesItRead) {
  v1::Actor person = Person("Ségard", "Côme");
  AddCommune("62765", &person);
  Create(person);
  const auto filter = directory_->ParseFilter("territory:200069037 NOT organisation:til*");
  ASSERT_TRUE(filter.ok()) << filter.status();
  Explanation explanation;
  ASSERT_TRUE(filter->Evaluate(database_->latest(), &explanation).ok());
  std::string text;
  for (const IndexUse& use : explanation) {
    text += use.index + " " + use.text + " " + std::to_string(use.actors) + "\n";
  }
  EXPECT_EQ(text,
            "territory EPCI/200069037 1\norganisation til* 0\nname til* 0\nkind ORGANISATION 0\n");
}

}  // namespace
}  // namespace maillage::directory

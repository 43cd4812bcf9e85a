#include "server/directory/filter.h"

#include <random>
#include <set>

#include "server/directory/terms.h"
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
      {"category", "at character 9, the end: a comparison should stand here", "= or :"},
      {"category = ", "at character 12, the end: a value should stand here",
       "put values with blanks into \"quotes\""},
      {"category = ELU", "at character 12, 'ELU': this is no category",
       "one of INSTITUTION, ELECTED_OFFICIAL, PROFESSIONAL, ASSOCIATION, COMPANY, CITIZEN"},
      {"colour = red", "at character 1, 'colour': there is no such field",
       "one of category, kind, territory, origin, email"},
      {"(kind = PERSON", "at character 15, the end: the parenthesis of character 1 is not closed",
       "close it with )"},
      {"kind = PERSON)", "at character 14, ')': this stands alone", "join terms with AND or OR"},
      {"email = \"a", "at character 9, 'a': the quotation is not closed", "close it with \""},
      {"origin = nobody", "at character 10, 'nobody': no partner of this node goes by that name",
       "an alias of `maillage partner list`, or a node id"},
      {"kind ! PERSON", "at character 6, '!': a comparison should stand here", "= or :"},
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

// Builds random filters, and checks that postings and single records agree and
// that the canonical form means the same.
class FilterPropertyTest : public DirectoryFixture {
 protected:
  v1::Actor RandomActor() {
    static const char* const kCommunes[] = {"62765", "62014", "59350", "02691"};
    v1::Actor actor = Pick(2) ? Person("P" + std::to_string(Pick(9)), "X") : Association("A");
    if (Pick(2)) AddCommune(kCommunes[Pick(4)], &actor);
    if (Pick(2)) AddEmail("m" + std::to_string(Pick(5)) + "@example.org", &actor);
    if (actor.kind() == v1::ACTOR_KIND_PERSON && Pick(2)) {
      auto* membership = actor.add_memberships();
      membership->set_type(static_cast<v1::MembershipType>(1 + Pick(5)));
      membership->set_organisation_name("O");
    }
    return actor;
  }

  std::string RandomFilter(int depth) {
    static const char* const kTerms[] = {"kind = PERSON",         "kind = ORGANISATION",
                                         "category = CITIZEN",    "category:ASSOCIATION",
                                         "territory:62765",       "territory:200069037",
                                         "territory:REGION/32",   "territory = 62014",
                                         "territory = REGION/32", "email:*",
                                         "email:example.org",     "email = m1@example.org",
                                         "origin = ville",        "category = ELECTED_OFFICIAL"};
    if (depth == 0 || Pick(3) == 0) return kTerms[Pick(14)];
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

  uint32_t Pick(uint32_t n) { return random_() % n; }
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

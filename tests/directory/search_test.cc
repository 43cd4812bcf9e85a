#include "absl/strings/str_join.h"
#include "tests/directory/search_fixture.h"

namespace maillage::directory {
namespace {

using Names = std::vector<std::string>;

// A neighbourhood of invented people.
class SearchTest : public SearchFixture {
 protected:
  SearchTest() {
    CreateTownHalls("EPCI/200069037");
    Create(Person("Lefèvre-d'Hulst", "Anaïs"));
    Create(Person("Lefebvre", "Côme"));
    Create(Person("Lefèvre", "Dorothée"));
    Create(Person("Van den Bræcke", "Ysaline"));
    Create(Person("Vandenbroucke", "Zélie"));
    Create(Person("De Braecke", "Omer"));
    Create(In("62765", Works(Person("Delmotte", "Jean-Luc"), "Chargé de mission santé",
                             "Mission locale de l'Audomarois")));
    Create(In("62757", Works(Person("Ségard", "Maëlle"), "Médiatrice", "Centre social")));
    v1::Actor capso = Association("Communauté d'agglomération du Pays de Saint-Omer");
    capso.set_acronym("C.A.P.S.O.");
    capso.set_organisation_type(v1::ORGANISATION_TYPE_INSTITUTION);
    Create(capso);
    Create(In("62765", Association("Les Amis du marais de Saint-Omer")));
    Create(In("62765", Association("Cœur de ville")));
  }
};

TEST_F(SearchTest, PutsWhatALocalExpectsFirst) {
  const struct {
    const char* text;
    const char* first;
  } kCases[] = {
      {"St Martin au Laert", "Mairie de Saint-Martin-lez-Tatinghem"},
      {"saint martin lez tatinghem", "Mairie de Saint-Martin-lez-Tatinghem"},
      {"Tatinghem", "Mairie de Saint-Martin-lez-Tatinghem"},
      {"ST OMER CEDEX", "Mairie de Saint-Omer"},
      {"62500 SAINT OMER", "Mairie de Saint-Omer"},
      {"62505 SAINT OMER CEDEX 2", "Mairie de Saint-Omer"},
      {"saintomer", "Mairie de Saint-Omer"},
      {"aire s/ la lys", "Mairie de Aire-sur-la-Lys"},
      {"AIRE SUR LA LYS", "Mairie de Aire-sur-la-Lys"},
      {"lefevre d hulst", "Lefèvre-d'Hulst Anaïs"},
      {"LEFEVRE D'HULST", "Lefèvre-d'Hulst Anaïs"},
      {"lefèvre-dhulst", "Lefèvre-d'Hulst Anaïs"},
      {"anais lefevre", "Lefèvre-d'Hulst Anaïs"},
      {"Mme Lefèvre d’Hulst", "Lefèvre-d'Hulst Anaïs"},
      {"lefevre", "Lefèvre Dorothée"},
      {"lefebvre", "Lefebvre Côme"},
      {"lefaivre dorothee", "Lefèvre Dorothée"},
      {"van den braecke", "Van den Bræcke Ysaline"},
      {"vandenbraecke", "Van den Bræcke Ysaline"},
      {"VANDEN BRAECKE", "Van den Bræcke Ysaline"},
      {"van den brae", "Van den Bræcke Ysaline"},
      {"van den broucke", "Vandenbroucke Zélie"},
      {"braeck ysaline", "Van den Bræcke Ysaline"},
      {"jeanluc delmotte", "Delmotte Jean-Luc"},
      {"jean luc delm", "Delmotte Jean-Luc"},
      {"delmtote", "Delmotte Jean-Luc"},
      {"delmote", "Delmotte Jean-Luc"},
      {"charge mission sante", "Delmotte Jean-Luc"},
      {"delmotte saint omer", "Delmotte Jean-Luc"},
      {"mission locale audomarois", "Delmotte Jean-Luc"},
      {"capso", "Communauté d'agglomération du Pays de Saint-Omer"},
      {"CA Pays de St Omer", "Communauté d'agglomération du Pays de Saint-Omer"},
      {"communauté agglo pays saint omer", "Communauté d'agglomération du Pays de Saint-Omer"},
      {"pays de saint omer mediatrice", "Ségard Maëlle"},
      {"mediatrice hauts de france", "Ségard Maëlle"},
      {"mediatrice laert", "Ségard Maëlle"},
      {"coeur de ville", "Cœur de ville"},
      {"CŒUR", "Cœur de ville"},
      {"marais", "Les Amis du marais de Saint-Omer"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(First(test.text), test.first)
        << test.text << ": " << absl::StrJoin(Found(test.text), ", ");
  }
}

TEST_F(SearchTest, FindsAsTheNameIsTyped) {
  const std::string name = "lefevre d'hulst";
  for (size_t i = 3; i <= name.size(); ++i) {
    const Names found = Found(name.substr(0, i));
    EXPECT_NE(std::find(found.begin(), found.end(), "Lefèvre-d'Hulst Anaïs"), found.end())
        << name.substr(0, i);
  }
}

TEST_F(SearchTest, LooksForNearMissesOnlyWhereFewMatchWell) {
  for (int i = 0; i < 25; ++i) Create(Person("Dupond", "Prénom " + std::to_string(i)));
  Create(Person("Dupont", "Autre"));
  EXPECT_EQ(Found("dupond ", "", 100).size(), 25u);
  EXPECT_EQ(Found("dupont ", "", 100).size(), 26u);
  EXPECT_EQ(First("dupont"), "Dupont Autre");
}

TEST_F(SearchTest, KeepsToTheFilter) {
  EXPECT_EQ(Found("saint omer", "kind = PERSON"), (Names{"Delmotte Jean-Luc"}));
  EXPECT_TRUE(Found("lefevre", "kind = ORGANISATION").empty());
  const auto count = directory_->Count("kind = PERSON", "saint omer");
  ASSERT_TRUE(count.ok()) << count.status();
  EXPECT_EQ(count->total, 1);
}

TEST_F(SearchTest, SaysWhyNothingCanBeSought) {
  const struct {
    std::string text;
    const char* message;
  } kCases[] = {
      {"!?", "there is no letter and no digit in the search"},
      {std::string(201, 'a'), "the search is longer than 200 bytes or 12 words"},
      {"un deux trois quatre cinq six sept huit neuf dix onze douze treize",
       "the search is longer than 200 bytes or 12 words"},
  };
  for (const auto& test : kCases) {
    const auto page = directory_->Search(test.text, "", 10, "");
    EXPECT_EQ(ErrorReason(page.status()), "BAD_SEARCH") << test.text;
    EXPECT_EQ(std::string(page.status().message()), test.message) << test.text;
    EXPECT_NE(ErrorMend(page.status()), "") << test.text;
  }
  EXPECT_EQ(ErrorReason(directory_->Search("a", "kind", 10, "").status()), "BAD_FILTER");
}

TEST_F(SearchTest, ExplainsWhichIndexesItRead) {
  const auto explanation = directory_->Explain("kind = PERSON", "delmotte st omer ");
  ASSERT_TRUE(explanation.ok()) << explanation.status();
  Names lines;
  for (const IndexUse& use : *explanation) {
    if (use.actors > 0) lines.push_back(absl::StrCat(use.index, " ", use.text, " ", use.actors));
  }
  EXPECT_EQ(lines.front(), "kind PERSON 8");
  EXPECT_NE(std::find(lines.begin(), lines.end(), "territory COMMUNE/62765 4"), lines.end())
      << absl::StrJoin(lines, "\n");
  EXPECT_NE(std::find(lines.begin(), lines.end(), "match every word somewhere 1"), lines.end())
      << absl::StrJoin(lines, "\n");
}

// Goes through all pages; between two of them `meanwhile` happens.
template <typename Meanwhile>
Names AllPages(const Directory& directory, const std::string& text, int size, Meanwhile meanwhile) {
  Names names;
  std::string token;
  do {
    const auto page = directory.Search(text, "", size, token);
    EXPECT_TRUE(page.ok()) << page.status();
    if (!page.ok()) break;
    for (const auto& actor : page->actors) names.push_back(actor->name());
    token = page->next_page_token;
    meanwhile();
  } while (!token.empty());
  return names;
}

TEST_F(SearchTest, PagesAreWholeAndStableWhileDataChanges) {
  for (const int number : {30, 700}) {  // ranked, and walked in French order
    const std::string family = number == 30 ? "Peuplier" : "Tilleul";
    std::set<std::string> expected;
    for (int i = 0; i < number; ++i) {
      expected.insert(Create(Person(family, "Prénom " + std::to_string(i)))->name());
    }
    int created = 0;
    const Names names = AllPages(*directory_, family, 7, [&] {
      if (++created <= 12) Create(Person(family, "A nouveau " + std::to_string(created)));
    });
    std::set<std::string> seen(names.begin(), names.end());
    EXPECT_EQ(seen.size(), names.size()) << "somebody was listed twice";
    for (const std::string& name : expected) EXPECT_EQ(seen.count(name), 1u) << name;
  }
}

TEST_F(SearchTest, RefusesAPageTokenOfAnotherSearch) {
  const auto page = directory_->Search("lefevre", "", 1, "");
  ASSERT_TRUE(page.ok()) << page.status();
  ASSERT_NE(page->next_page_token, "");
  EXPECT_EQ(ErrorReason(directory_->Search("lefebvre", "", 1, page->next_page_token).status()),
            "BAD_PAGE_TOKEN");
  EXPECT_EQ(ErrorReason(directory_->List("", 1, page->next_page_token).status()), "BAD_PAGE_TOKEN");
}

TEST_F(SearchTest, ForgetsWhatWasChangedOrDeleted) {
  const auto created = Create(Person("Quenouille", "Anselme"));
  EXPECT_EQ(First("quenouille"), "Quenouille Anselme");
  v1::Actor change = *created;
  change.mutable_person_name()->set_family("Fuseau");
  ASSERT_TRUE(directory_->Update(change, {"person_name"}, "operators/t").ok());
  EXPECT_EQ(First("quenouille"), "nobody");
  EXPECT_EQ(First("fuseau"), "Fuseau Anselme");
  ASSERT_TRUE(directory_->Delete(created->name(), "", "operators/t").ok());
  EXPECT_EQ(First("fuseau"), "nobody");
}

}  // namespace
}  // namespace maillage::directory

// Searching over the town halls of a whole region.
#include <map>

#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "server/interchange/fold.h"
#include "tests/directory/search_fixture.h"

namespace maillage::directory {
namespace {

class SearchCommunesTest : public SearchFixture {
 protected:
  SearchCommunesTest() { CreateTownHalls("REGION/32"); }

  // As it stands on an envelope: "ST MARTIN AU LAERT".
  static std::string OnAnEnvelope(const std::string& title) {
    const std::string folded = absl::StrCat(" ", interchange::Fold(title), " ");
    return absl::AsciiStrToUpper(absl::StripAsciiWhitespace(absl::StrReplaceAll(
        folded, {{" saint ", " st "}, {" sainte ", " ste "}, {" sur ", " s/ "}})));
  }
};

TEST_F(SearchCommunesTest, FindsEveryTownHallUnderItsNameFirst) {
  ASSERT_EQ(communes_.size(), 3782u);
  std::map<std::string, size_t> namesakes;
  std::map<std::string, size_t> titles;
  for (const v1::Territory* commune : communes_) {
    ++namesakes[interchange::Fold(commune->title())];
    ++titles[commune->title()];
  }
  size_t shared = 0;
  for (const auto& [name, number] : titles) shared += number > 1 ? 1 : 0;
  EXPECT_EQ(shared, 54u);
  for (const v1::Territory* commune : communes_) {
    const size_t number = namesakes[interchange::Fold(commune->title())];
    const std::string text = OnAnEnvelope(commune->title());
    const std::vector<std::string> found = Found(text, "", static_cast<int>(number));
    const std::string expected = interchange::Fold("Mairie de " + commune->title());
    ASSERT_EQ(found.size(), number) << text;
    for (const std::string& name : found) {
      EXPECT_EQ(interchange::Fold(name), expected) << text << ": " << absl::StrJoin(found, ", ");
    }
  }
}

TEST_F(SearchCommunesTest, PutsWhatALocalExpectsFirst) {
  Create(In("62427", Association("Hénin-Beaumont Natation")));
  Create(In("62427", Person("Beaumont", "Anselme")));
  const struct {
    const char* text;
    const char* first;
  } kCases[] = {
      {"Henin Beaumont", "Mairie de Hénin-Beaumont"},
      {"HENIN-BEAUMONT CEDEX", "Mairie de Hénin-Beaumont"},
      {"heninbeaumont", "Mairie de Hénin-Beaumont"},
      {"enin beaumon", "Mairie de Hénin-Beaumont"},
      {"henin b", "Mairie de Hénin-Beaumont"},
      {"mairie henin", "Mairie de Hénin-Beaumont"},
      {"henin lietard", "Mairie de Hénin-Beaumont"},
      {"St Martin au Laert", "Mairie de Saint-Martin-lez-Tatinghem"},
      {"ST OMER CEDEX", "Mairie de Saint-Omer"},
      {"le touquet", "Mairie de Le Touquet-Paris-Plage"},
      {"boulogne s/ mer", "Mairie de Boulogne-sur-Mer"},
      {"dunkerke", "Mairie de Dunkerque"},
      {"valencienne", "Mairie de Valenciennes"},
      {"villeneuve dascq", "Mairie de Villeneuve-d'Ascq"},
      {"l'isle adam", "nobody"},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(First(test.text), test.first)
        << test.text << ": " << absl::StrJoin(Found(test.text), ", ");
  }
}

}  // namespace
}  // namespace maillage::directory

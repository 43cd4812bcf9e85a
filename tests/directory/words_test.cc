#include "server/directory/words.h"

#include <gtest/gtest.h>

#include "absl/strings/str_join.h"
#include "server/directory/sound.h"

namespace maillage::directory {
namespace {

TEST(Words, SpellOneWayWhatPeopleWriteInMany) {
  const struct {
    const char* text;
    const char* words;
  } kCases[] = {
      {"Lefèvre-d'Hulst", "lefevre hulst"},
      {"LEFEVRE D HULST", "lefevre hulst"},
      {"Van den Bræcke", "braecke"},
      {"St Martin au Laërt", "saint martin laert"},
      {"Aire s/ la Lys", "aire lys"},
      {"C.A.P.S.O.", "capso"},
      {"L'A.", "l a"},
      {"Le Van", "le van"},
      {"Communauté de communes de Desvres-Samer", "cc communaute communes desvres samer"},
      {"CC de Desvres-Samer", "communaute cc desvres samer"},
      {"CA du Pays de Saint-Omer", "communaute ca pays saint omer"},
      {"Cœur de Flandre Agglo", "coeur flandre agglomeration"},
      {"", ""},
  };
  for (const auto& test : kCases) {
    EXPECT_EQ(absl::StrJoin(IndexWords(test.text), " "), test.words) << test.text;
  }
}

TEST(Words, SeekACommunityByItsAbbreviation) {
  EXPECT_EQ(absl::StrJoin(SoughtWords("Communauté urbaine d'Arras"), " "), "cu arras");
  EXPECT_EQ(absl::StrJoin(SoughtWords("communauté"), " "), "communaute");
  EXPECT_EQ(absl::StrJoin(SoughtWords("de la"), " "), "de la");
}

TEST(Sound, IsTheSameForWhatIsHeardAlike) {
  const struct {
    const char* one;
    const char* other;
  } kAlike[] = {{"lefevre", "lefebvre"},    {"lefevre", "lefaivre"}, {"braecke", "brake"},
                {"henin", "enin"},          {"dupont", "dupond"},    {"philippe", "filipe"},
                {"ghislaine", "guislaine"}, {"leroux", "lerou"},     {"schmitt", "chmit"},
                {"beaumont", "baumon"},     {"mickael", "miquael"}};
  for (const auto& pair : kAlike) EXPECT_EQ(SoundOf(pair.one), SoundOf(pair.other)) << pair.one;
  EXPECT_NE(SoundOf("martin"), SoundOf("matin"));
  EXPECT_NE(SoundOf("omer"), SoundOf("mer"));
  EXPECT_EQ(SoundOf("62500"), "");
  EXPECT_EQ(SoundOf("le"), "");
}

TEST(EditDistance, CountsWhatMustChange) {
  EXPECT_EQ(EditDistance("lefevre", "lefevre", 2), 0);
  EXPECT_EQ(EditDistance("lefevre", "lefebvre", 2), 1);
  EXPECT_EQ(EditDistance("delmotte", "delmtote", 2), 1);
  EXPECT_EQ(EditDistance("dupont", "martin", 2), 3);
  EXPECT_EQ(EditDistance("", "ab", 2), 2);
}

}  // namespace
}  // namespace maillage::directory

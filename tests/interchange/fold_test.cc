#include "server/interchange/fold.h"

#include <gtest/gtest.h>

namespace maillage::interchange {
namespace {

TEST(Fold, MakesOneSpellingOfWhatPeopleWrite) {
  const std::pair<const char*, const char*> kCases[] = {
      {"", ""},
      {"  ", ""},
      {"Saint-Omer", "saint omer"},
      {"ÉPERLECQUES", "eperlecques"},
      {"e\u0301perlecques", "eperlecques"},
      {"Dennebrœucq", "dennebroeucq"},
      {"DENNEBRŒUCQ", "dennebroeucq"},
      {"VAN DEN BRÆCKE", "van den braecke"},
      {"LEFÈVRE-D’HULST", "lefevre d hulst"},
      {"Lefèvre d'Hulst", "lefevre d hulst"},
      {"C.C.A.S. Arques", "c c a s arques"},
      {"WÜSTELANDT", "wustelandt"},
      {"Straße", "strasse"},
      {"Łódź Ørsted", "lodz orsted"},
      {"a\u00A0b\u202Fc", "a b c"},
      {"co\u00ADop\u200Bé", "coope"},
      {"½ n° 2²", "1 2 n 22"},
      {"Élu\xFF\xFE!", "elu"},
      {"a\xC3", "a"},
      {"Αθήνα", "αθηνα"},
      {"İstanbul", "istanbul"},
      {"ﬁchier", "fichier"},
      {"« Écho »", "echo"},
  };
  for (const auto& [text, folded] : kCases) EXPECT_EQ(Fold(text), folded) << text;
}

TEST(Fold, ChangesNothingTheSecondTime) {
  for (const char* text : {"ÉPERLECQUES-lès-Bains", "Œuvre « n° 3 »", "Ǆ ǅ ẞ", "한국어 ½"}) {
    EXPECT_EQ(Fold(Fold(text)), Fold(text)) << text;
  }
}

}  // namespace
}  // namespace maillage::interchange

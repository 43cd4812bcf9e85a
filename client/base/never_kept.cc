#include "client/base/never_kept.h"

#include <algorithm>
#include <iterator>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace maillage {
namespace {

struct Kind {
  absl::string_view why;
  std::vector<absl::string_view> words;  // any of them tells
};

const std::vector<Kind>& Kinds() {
  static const auto& kinds = *new std::vector<Kind>{
      {"birth dates are not kept: nobody is invited by age (RGPD art. 5.1.c)",
       {"birth", "birthdate", "birthday", "bday", "naissance", "age", "ne", "nee"}},
      {"political labels are not kept: they tell opinions (RGPD art. 9.1)",
       {"political", "politique", "nuance", "parti", "party", "etiquette"}},
      {"nothing of a person's health is kept (RGPD art. 9.1)",
       {"health", "sante", "handicap", "disability", "maladie", "medical"}},
      {"beliefs, origins and union membership are not kept (RGPD art. 9.1)",
       {"religion", "religious", "ethnie", "ethnic", "ethnicity", "race", "syndicat", "union"}},
      {"nationality and national numbers are not kept (RGPD art. 5.1.c, 87)",
       {"nationality", "nationalite", "nir"}},
  };
  return kinds;
}

}  // namespace

std::string WhyNeverKept(absl::string_view field) {
  std::string spaced;  // "birthDate" has two words
  for (const char c : field) {
    const bool begins = absl::ascii_isupper(static_cast<unsigned char>(c)) && !spaced.empty() &&
                        absl::ascii_islower(static_cast<unsigned char>(spaced.back()));
    if (begins) spaced.push_back(' ');
    spaced.push_back(c);
  }
  const std::string plain = absl::StrReplaceAll(absl::AsciiStrToLower(spaced),
                                                {{"é", "e"}, {"É", "e"}, {"è", "e"}, {"â", "a"}});
  const std::vector<std::string> words =
      absl::StrSplit(plain, absl::ByAnyChar(" _-.'"), absl::SkipEmpty());
  for (const Kind& kind : Kinds()) {
    const bool tells = std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      return std::find(kind.words.begin(), kind.words.end(), word) != kind.words.end();
    });
    if (tells) return std::string(kind.why);
  }
  return "";
}

}  // namespace maillage

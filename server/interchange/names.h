// Names of persons, from the ways in which spreadsheets hold them.
#ifndef SERVER_INTERCHANGE_NAMES_H_
#define SERVER_INTERCHANGE_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::interchange {

// A family name in usual case: "VAN DEN BRÆCKE" is "Van den Bræcke",
// "LEFÈVRE-D'HULST" is "Lefèvre-d'Hulst". Words that are not in capitals stay.
std::string FamilyCase(absl::string_view clean);

// A given name in usual case: "anaïs" is "Anaïs", "JEAN-MARIE" is "Jean-Marie".
std::string GivenCase(absl::string_view clean);

// "DUPONT ép. KOWALCZYK": {"DUPONT", "ép. KOWALCZYK"}.
struct FamilyParts {
  absl::string_view family;
  absl::string_view other;  // empty where there is none
};
FamilyParts SplitFamily(absl::string_view clean);

// A civility: {"Madame"}; {"", ambiguous} for "M./Mme"; {"", unknown} for what
// is none ("Dr").
struct Civility {
  std::string honorific;
  bool ambiguous = false;
  bool unknown = false;
};
Civility ReadCivility(absl::string_view clean);

enum class NameOrder { kUnknown, kFamilyFirst, kGivenFirst };

// "Mme DUPONT Zoé" taken apart. Capitals tell the family name; where they do
// not, two words go by the order, and all else is not told apart: whole in
// family, unsure.
struct FullName {
  std::string honorific, given, family;
  bool unsure = false;
};
FullName SplitFullName(absl::string_view clean, NameOrder order);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_NAMES_H_

// Folding text for comparison and search.
#ifndef SERVER_INTERCHANGE_FOLD_H_
#define SERVER_INTERCHANGE_FOLD_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::interchange {

// Lower case without accents; œ, æ, ø, ł, ß as oe, ae, o, l, ss; every run of
// other characters than letters and digits (apostrophes, hyphens, NBSP, dots
// between them) as one space; trimmed. Invisible characters (soft hyphen, joiners)
// vanish; bad UTF-8 becomes a space. Thread safe.
std::string Fold(absl::string_view utf8);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_FOLD_H_

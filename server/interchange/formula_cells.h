// Cells that a spreadsheet would take for formulas, made harmless and read back.
#ifndef SERVER_INTERCHANGE_FORMULA_CELLS_H_
#define SERVER_INTERCHANGE_FORMULA_CELLS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::interchange {

// Puts an apostrophe before what begins with one of = + - @ tab CR, and before
// what would lose one of its own when it is read.
std::string Disarm(absl::string_view text);

// Takes one such apostrophe away, or the guard of WithoutGuard (text.h). All else
// as it is.
absl::string_view Rearm(absl::string_view cell);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_FORMULA_CELLS_H_

// UTF-8 text as one line that is clean, and what it may stand for.
#ifndef SERVER_INTERCHANGE_TEXT_H_
#define SERVER_INTERCHANGE_TEXT_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace maillage::interchange {

// One line: NFC, every run of white space (NBSP and line breaks too) as one
// space, no control or invisible characters, trimmed.
std::string Clean(absl::string_view utf8);

// The first `characters` code points.
std::string Cut(absl::string_view utf8, size_t characters);

// Whether a cleaned cell stands for nothing: "-", "?", "NC", "néant", "#N/A".
bool IsPlaceholder(absl::string_view clean);

// What a cell holds that protects its text from the spreadsheet: 02100 of
// ="02100" and of '02100. Other cells are returned as they are.
absl::string_view WithoutGuard(absl::string_view cell);

// Whether a spreadsheet would take the cell for a formula: it begins with one of
// = + - @ (but not "- so"). Telephone numbers do so too: do not ask it of them.
bool IsFormula(absl::string_view clean);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_TEXT_H_

// Text that goes to a terminal: its displayed width, and nothing in it that a
// terminal would obey.
#ifndef TOOLS_CLI_TEXT_H_
#define TOOLS_CLI_TEXT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::cli {

// What Clean() leaves alone besides printable text.
enum class Breaks { kNone, kLines };

// `text` as valid UTF-8 without control characters, invisible ones and those
// that reorder text: each becomes U+FFFD. Line ends and tabs become a space
// (kNone) or stay (kLines). Whatever comes from a partner passes through here.
std::string Clean(absl::string_view text, Breaks breaks = Breaks::kNone);

// Columns that cleaned text takes: 2 for wide East Asian and emoji, 0 for
// combining marks, else 1.
int DisplayWidth(absl::string_view text);

// At most `width` columns of it, with "…" at the end where something is cut.
std::string Fit(absl::string_view text, int width);

// Filled with spaces up to `width` columns, at the end or (right) the start.
std::string Pad(absl::string_view text, int width, bool right);

}  // namespace maillage::cli

#endif  // TOOLS_CLI_TEXT_H_

#include "server/interchange/formula_cells.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

// One of the signs that begin a formula, after any apostrophes; or a digit after
// some, which a reader would take for digits that are guarded.
bool NeedsGuard(absl::string_view text) {
  const size_t at = text.find_first_not_of('\'');
  if (at == absl::string_view::npos) return false;
  return absl::StrContains("=+-@\t\r", text[at]) || (at > 0 && absl::ascii_isdigit(text[at]));
}

}  // namespace

std::string Disarm(absl::string_view text) {
  return NeedsGuard(text) ? absl::StrCat("'", text) : std::string(text);
}

absl::string_view Rearm(absl::string_view cell) {
  const absl::string_view inside = WithoutGuard(cell);
  if (inside.size() < cell.size()) return inside;
  return absl::StartsWith(cell, "'") && NeedsGuard(cell.substr(1)) ? cell.substr(1) : cell;
}

}  // namespace maillage::interchange

#include "tools/cli/text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include "absl/strings/str_cat.h"

namespace maillage::cli {
namespace {

constexpr char kReplacement[] = "\uFFFD";

bool Hidden(UChar32 c) {
  switch (u_charType(c)) {
    case U_CONTROL_CHAR:
    case U_SURROGATE:
    case U_LINE_SEPARATOR:
    case U_PARAGRAPH_SEPARATOR:
      return true;
    case U_FORMAT_CHAR:
      return c != 0x00AD && c != 0x200C && c != 0x200D;  // soft hyphen and joiners are harmless
    default:
      return false;
  }
}

int Width(UChar32 c) {
  switch (u_charType(c)) {
    case U_NON_SPACING_MARK:
    case U_ENCLOSING_MARK:
    case U_FORMAT_CHAR:
      return 0;
    default:
      break;
  }
  const int32_t east_asian = u_getIntPropertyValue(c, UCHAR_EAST_ASIAN_WIDTH);
  return east_asian == U_EA_WIDE || east_asian == U_EA_FULLWIDTH ? 2 : 1;
}

// Calls on_char(code point, its bytes) in order; a negative code point is a
// broken sequence.
template <typename OnChar>
void ForEachChar(absl::string_view text, OnChar on_char) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    const int32_t start = i;
    UChar32 c = 0;
    U8_NEXT(bytes, i, size, c);
    if (!on_char(c, text.substr(start, i - start))) return;
  }
}

}  // namespace

std::string Clean(absl::string_view text, Breaks breaks) {
  std::string clean;
  ForEachChar(text, [&](UChar32 c, absl::string_view bytes) {
    if (c == '\n' || c == '\t') {
      clean.push_back(breaks == Breaks::kLines ? static_cast<char>(c) : ' ');
    } else if (c == '\r') {
      // Goes without a trace: CRLF is a line end, and alone it would overwrite.
    } else {
      absl::StrAppend(&clean, c < 0 || Hidden(c) ? absl::string_view(kReplacement) : bytes);
    }
    return true;
  });
  return clean;
}

int DisplayWidth(absl::string_view text) {
  int width = 0;
  ForEachChar(text, [&](UChar32 c, absl::string_view) {
    width += c < 0 ? 1 : Width(c);
    return true;
  });
  return width;
}

std::string Fit(absl::string_view text, int width) {
  if (DisplayWidth(text) <= width) return std::string(text);
  std::string cut;
  int used = 0;
  ForEachChar(text, [&](UChar32 c, absl::string_view bytes) {
    used += c < 0 ? 1 : Width(c);
    if (used > width - 1) return false;
    absl::StrAppend(&cut, bytes);
    return true;
  });
  return width > 0 ? cut + "…" : "";
}

std::string Pad(absl::string_view text, int width, bool right) {
  const int missing = width - DisplayWidth(text);
  const std::string fill(missing > 0 ? missing : 0, ' ');
  return right ? absl::StrCat(fill, text) : absl::StrCat(text, fill);
}

}  // namespace maillage::cli

#include "server/interchange/fold.h"

#include <unicode/uchar.h>
#include <unicode/unorm2.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>

namespace maillage::interchange {
namespace {

constexpr UChar32 kTableSize = 0x180;

// The letters that Unicode does not decompose.
absl::string_view Undecomposed(UChar32 c) {
  switch (c) {
    case 0xDF:
      return "ss";
    case 0xE6:
      return "ae";
    case 0xF0:
      return "d";
    case 0xF8:
      return "o";
    case 0xFE:
      return "th";
    case 0x111:
      return "d";
    case 0x127:
      return "h";
    case 0x131:
      return "i";
    case 0x142:
      return "l";
    case 0x153:
      return "oe";
    case 0x167:
      return "t";
    default:
      return "";
  }
}

void AppendOne(UChar32 c, std::string* out) {
  c = u_foldCase(c, U_FOLD_CASE_DEFAULT);
  if (const absl::string_view plain = Undecomposed(c); !plain.empty()) {
    out->append(plain.data(), plain.size());
    return;
  }
  if ((U_GET_GC_MASK(c) & U_GC_M_MASK) != 0) return;
  if (!u_isalnum(c)) {
    out->push_back(' ');
    return;
  }
  char buffer[U8_MAX_LENGTH];
  int32_t length = 0;
  U8_APPEND_UNSAFE(buffer, length, c);
  out->append(buffer, length);
}

// What one code point folds to: letters and digits, with ' ' for all else.
void AppendFolded(UChar32 c, std::string* out) {
  if (u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT)) return;
  UErrorCode error = U_ZERO_ERROR;
  static const UNormalizer2* const nfkd = unorm2_getNFKDInstance(&error);
  UChar decomposed[32];
  const int32_t length = unorm2_getDecomposition(nfkd, c, decomposed, 32, &error);
  if (length < 0 || U_FAILURE(error)) {
    AppendOne(c, out);
    return;
  }
  for (int32_t i = 0; i < length;) {
    UChar32 part;
    U16_NEXT(decomposed, i, length, part);
    AppendOne(part, out);
  }
}

struct Cell {
  uint8_t size = 0;
  char text[7] = {};
};

using Table = std::array<Cell, kTableSize>;

const Table& Latin() {
  static const Table* const table = [] {
    auto* t = new Table;
    for (UChar32 c = 0; c < kTableSize; ++c) {
      std::string folded;
      AppendFolded(c, &folded);
      (*t)[c].size = static_cast<uint8_t>(folded.copy((*t)[c].text, sizeof(Cell::text)));
    }
    return t;
  }();
  return *table;
}

void AppendSqueezed(const char* text, size_t size, std::string* out) {
  for (size_t i = 0; i < size; ++i) {
    if (text[i] != ' ') {
      out->push_back(text[i]);
    } else if (!out->empty() && out->back() != ' ') {
      out->push_back(' ');
    }
  }
}

}  // namespace

std::string Fold(absl::string_view utf8) {
  const Table& latin = Latin();
  std::string out;
  out.reserve(utf8.size());
  const char* const data = utf8.data();
  const auto size = static_cast<int32_t>(utf8.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(data, i, size, c);
    if (c < 0) c = ' ';
    if (c < kTableSize) {
      AppendSqueezed(latin[c].text, latin[c].size, &out);
    } else {
      std::string folded;
      AppendFolded(c, &folded);
      AppendSqueezed(folded.data(), folded.size(), &out);
    }
  }
  if (!out.empty() && out.back() == ' ') out.pop_back();
  return out;
}

}  // namespace maillage::interchange

#include "tools/datagen/windows1252.h"

#include <unicode/locid.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

namespace maillage::datagen {
namespace {

// The characters beyond Latin-1 that French text and names of communes have.
char Beyond(UChar32 c) {
  switch (c) {
    case 0x20AC:
      return '\x80';
    case 0x2026:
      return '\x85';
    case 0x0160:
      return '\x8A';
    case 0x0152:
      return '\x8C';
    case 0x2018:
      return '\x91';
    case 0x2019:
      return '\x92';
    case 0x201C:
      return '\x93';
    case 0x201D:
      return '\x94';
    case 0x2013:
      return '\x96';
    case 0x2014:
      return '\x97';
    case 0x0161:
      return '\x9A';
    case 0x0153:
      return '\x9C';
    case 0x0178:
      return '\x9F';
    default:
      return '?';
  }
}

}  // namespace

std::string ToWindows1252(absl::string_view utf8) {
  std::string out;
  out.reserve(utf8.size());
  const auto size = static_cast<int32_t>(utf8.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(utf8.data(), i, size, c);
    const bool latin = c >= 0 && c < 0x100 && (c < 0x80 || c >= 0xA0);
    out.push_back(latin ? static_cast<char>(c) : Beyond(c));
  }
  return out;
}

std::string Upper(absl::string_view utf8) {
  std::string upper;
  icu::UnicodeString::fromUTF8({utf8.data(), static_cast<int32_t>(utf8.size())})
      .toUpper(icu::Locale::getFrench())
      .toUTF8String(upper);
  return upper;
}

}  // namespace maillage::datagen

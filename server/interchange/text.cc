#include "server/interchange/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "server/interchange/fold.h"

namespace maillage::interchange {
namespace {

constexpr UChar32 kReplacement = 0xFFFD;

// Windows-1252 differs from Latin-1 here alone; 0 where there is no character.
constexpr uint16_t kHigh[32] = {0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021,
                                0x02C6, 0x2030, 0x0160, 0x2039, 0x0152, 0,      0x017D, 0,
                                0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022, 0x2013, 0x2014,
                                0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

void AppendUtf8(UChar32 c, std::string* out) {
  char buffer[U8_MAX_LENGTH];
  int32_t size = 0;
  U8_APPEND_UNSAFE(buffer, size, c);
  out->append(buffer, size);
}

// The byte of a character in windows-1252, or -1. Bytes without a character
// stand for themselves, as programs that mangle text leave them.
int ToWindows1252(UChar32 c) {
  if (c < 0x100 && (c < 0x80 || c >= 0xA0)) return c;
  if (c >= 0x80 && c < 0xA0) return kHigh[c - 0x80] == 0 ? c : -1;
  const auto* found = std::find(std::begin(kHigh), std::end(kHigh), c);
  return found == std::end(kHigh) || c > 0xFFFF ? -1 : 0x80 + static_cast<int>(found - kHigh);
}

bool IsSpace(UChar32 c) { return (c >= 9 && c <= 13) || u_isUWhiteSpace(c); }

bool IsInvisible(UChar32 c) {
  return c < 0x20 || (c >= 0x7F && c < 0xA0) ||
         u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

// ASCII that needs no cleaning, which is nearly every cell.
bool IsCleanAscii(absl::string_view text) {
  char previous = ' ';
  for (const char c : text) {
    if (c < 0x20 || c > 0x7E || (c == ' ' && previous == ' ')) return false;
    previous = c;
  }
  return text.empty() || text.back() != ' ';
}

std::string ToNfc(const std::string& utf8) {
  // Combining accents, which is what is not NFC in Latin text.
  if (!absl::StrContains(utf8, '\xCC') && !absl::StrContains(utf8, '\xCD')) return utf8;
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* const nfc = icu::Normalizer2::getNFCInstance(error);
  std::string out;
  nfc->normalize(icu::UnicodeString::fromUTF8(utf8), error).toUTF8String(out);
  return U_SUCCESS(error) ? out : utf8;
}

}  // namespace

absl::string_view EncodingName(Encoding encoding) {
  switch (encoding) {
    case Encoding::kWindows1252:
      return "windows-1252";
    case Encoding::kUtf16Le:
      return "UTF-16LE";
    case Encoding::kUtf16Be:
      return "UTF-16BE";
    default:
      return "UTF-8";
  }
}

bool IsAscii(absl::string_view bytes) {
  const char* p = bytes.data();
  size_t left = bytes.size();
  for (; left >= 8; p += 8, left -= 8) {
    uint64_t word;
    std::memcpy(&word, p, 8);
    if ((word & 0x8080808080808080U) != 0) return false;
  }
  return std::all_of(p, p + left, [](char c) { return static_cast<signed char>(c) >= 0; });
}

bool IsUtf8(absl::string_view bytes) {
  const char* const data = bytes.data();
  const auto size = static_cast<int32_t>(bytes.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(data, i, size, c);
    if (c < 0) return false;
  }
  return true;
}

Utf8Count CountUtf8(absl::string_view bytes) {
  Utf8Count count;
  const auto size = static_cast<int32_t>(bytes.size());
  for (int32_t i = 0; i < size;) {
    const int32_t begin = i;
    UChar32 c;
    U8_NEXT(bytes.data(), i, size, c);
    if (c >= 0x80) ++count.characters;
    if (c < 0 && begin + 3 < size) count.bad_bytes += i - begin;
  }
  return count;
}

std::string FromWindows1252(absl::string_view bytes) {
  std::string out;
  out.reserve(bytes.size() + bytes.size() / 8);
  for (const char byte : bytes) {
    UChar32 c = static_cast<unsigned char>(byte);
    if (c >= 0x80 && c < 0xA0) c = kHigh[c - 0x80] == 0 ? kReplacement : kHigh[c - 0x80];
    AppendUtf8(c, &out);
  }
  return out;
}

std::string Unmangle(absl::string_view utf8) {
  // Mangled text has one of the characters that UTF-8's first bytes turn into.
  if (!absl::StrContains(utf8, '\xC3')) return "";
  std::string bytes;
  const auto size = static_cast<int32_t>(utf8.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(utf8.data(), i, size, c);
    const int byte = c < 0 ? -1 : ToWindows1252(c);
    if (byte < 0) return "";
    bytes.push_back(static_cast<char>(byte));
  }
  return !IsAscii(bytes) && IsUtf8(bytes) ? bytes : "";
}

absl::string_view DecodeCell(absl::string_view bytes, Encoding* encoding, std::string* scratch,
                             Mend* mend) {
  *mend = Mend::kNone;
  if (IsAscii(bytes)) return bytes;
  const bool utf8 = IsUtf8(bytes);
  if (*encoding == Encoding::kUndecided) {
    *encoding = utf8 ? Encoding::kUtf8 : Encoding::kWindows1252;
  }
  if (*encoding == Encoding::kWindows1252 && utf8) {
    *mend = Mend::kMangled;
    return bytes;
  }
  if (utf8) {
    *scratch = Unmangle(bytes);
    if (scratch->empty()) return bytes;
    *mend = Mend::kMangled;
    return *scratch;
  }
  *scratch = FromWindows1252(bytes);
  if (*encoding != Encoding::kWindows1252) *mend = Mend::kForeignBytes;
  if (absl::StrContains(*scratch, "\uFFFD")) *mend = Mend::kNoCharacter;
  return *scratch;
}

std::string Clean(absl::string_view utf8) {
  if (IsCleanAscii(utf8)) return std::string(utf8);
  std::string out;
  out.reserve(utf8.size());
  const auto size = static_cast<int32_t>(utf8.size());
  bool space = false;
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(utf8.data(), i, size, c);
    if (c < 0) c = kReplacement;
    if (IsSpace(c)) {
      space = true;
      continue;
    }
    if (IsInvisible(c)) continue;
    if (space && !out.empty()) out.push_back(' ');
    space = false;
    AppendUtf8(c, &out);
  }
  return ToNfc(out);
}

std::string Cut(absl::string_view utf8, size_t characters) {
  size_t i = 0;
  for (; i < utf8.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(utf8[i]) & 0xC0) != 0x80;
    if (starts && characters-- == 0) break;
  }
  return std::string(utf8.substr(0, i));
}

bool IsPlaceholder(absl::string_view clean) {
  if (clean.empty()) return true;
  if (clean.size() > 16) return false;
  // Nearly every cell is none, and shows it by its first letter.
  const char first = absl::ascii_tolower(clean.front());
  if (absl::ascii_isalnum(first) && !absl::StrContains("0ainsvx", first)) return false;
  if (first == '#') {
    const std::string upper = absl::AsciiStrToUpper(clean);
    for (const absl::string_view error : {"#N/A", "#REF!", "#NAME?", "#NOM?", "#VALUE!", "#VALEUR!",
                                          "#DIV/0!", "#NULL!", "#NUL!", "#NUM!", "#NOMBRE!"}) {
      if (upper == error) return true;
    }
  }
  const std::string folded = Fold(clean);
  for (const absl::string_view word : {"",
                                       "0",
                                       "nc",
                                       "n c",
                                       "n a",
                                       "neant",
                                       "nsp",
                                       "nr",
                                       "n r",
                                       "aucun",
                                       "aucune",
                                       "null",
                                       "vide",
                                       "inconnu",
                                       "inconnue",
                                       "sans objet",
                                       "non communique",
                                       "non renseigne",
                                       "xx",
                                       "xxx"}) {
    if (folded == word) return true;
  }
  return clean == "NA";
}

bool IsFormula(absl::string_view clean) {
  if (clean.empty()) return false;
  const char first = clean.front();
  if (first == '=' || first == '@') return clean.size() > 1;
  if (first != '+' && first != '-') return false;
  return clean.size() > 1 && clean[1] != ' ';
}

}  // namespace maillage::interchange

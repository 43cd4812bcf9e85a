#include "server/interchange/text.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "server/interchange/fold.h"

namespace maillage::interchange {
namespace {

constexpr UChar32 kReplacement = 0xFFFD;

void AppendUtf8(UChar32 c, std::string* out) {
  char buffer[U8_MAX_LENGTH];
  int32_t size = 0;
  U8_APPEND_UNSAFE(buffer, size, c);
  out->append(buffer, size);
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

absl::string_view WithoutGuard(absl::string_view cell) {
  absl::string_view text = cell;
  if (absl::ConsumePrefix(&text, "=\"") && absl::ConsumeSuffix(&text, "\"") &&
      !absl::StrContains(text, '"')) {
    return text;
  }
  text = cell;
  const bool number = text.size() > 1 && (absl::ascii_isdigit(text[1]) || text[1] == '+');
  return number && absl::ConsumePrefix(&text, "'") ? text : cell;
}

bool IsFormula(absl::string_view clean) {
  if (clean.empty()) return false;
  const char first = clean.front();
  if (first == '=' || first == '@') return clean.size() > 1;
  if (first != '+' && first != '-') return false;
  return clean.size() > 1 && clean[1] != ' ';
}

}  // namespace maillage::interchange

#include <phonenumbers/phonenumberutil.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "server/interchange/text.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

constexpr absl::string_view kNoNumber = "This is no telephone number.";

bool AllDigits(absl::string_view text) {
  return std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

// Digits, with the plus before them if there is one. Empty where something else
// than separators stands between.
std::string DigitsOf(absl::string_view piece) {
  std::string digits;
  for (const char c : piece) {
    if (absl::ascii_isdigit(c) || (c == '+' && digits.empty())) {
      digits.push_back(c);
    } else if (!absl::StrContains(" .-/()_", c)) {
      return "";
    }
  }
  return digits;
}

// Country code of a national number: the overseas departements have their own.
absl::string_view CountryOf(absl::string_view national) {
  struct Overseas {
    absl::string_view prefix, country;
  };
  static constexpr Overseas kOverseas[] = {
      {"0262", "262"}, {"0263", "262"}, {"0269", "262"}, {"0692", "262"}, {"0693", "262"},
      {"0590", "590"}, {"0690", "590"}, {"0691", "590"}, {"0594", "594"}, {"0694", "594"},
      {"0596", "596"}, {"0696", "596"}, {"0697", "596"}};
  for (const Overseas& place : kOverseas) {
    if (absl::StartsWith(national, place.prefix)) return place.country;
  }
  // 0639 is Mayotte, but for the numbers kept for fiction.
  return absl::StartsWith(national, "0639") && !absl::StartsWith(national, "063998") ? "262" : "33";
}

Found National(absl::string_view piece, absl::string_view national, absl::string_view note) {
  return {std::string(piece), absl::StrCat("+", CountryOf(national), national.substr(1)),
          std::string(note), ""};
}

bool IsNational(absl::string_view digits) {
  return digits.size() == 10 && digits[0] == '0' && digits[1] != '0' && AllDigits(digits);
}

// The plain French forms; false if it is none.
bool ReadPlain(absl::string_view piece, Found* found) {
  const std::string digits = DigitsOf(absl::StrReplaceAll(piece, {{"(0)", ""}}));
  absl::string_view rest = digits;
  if (IsNational(rest)) {
    *found = National(piece, rest, "");
    return true;
  }
  const bool international =
      absl::ConsumePrefix(&rest, "+33") || absl::ConsumePrefix(&rest, "0033");
  if (international && absl::StartsWith(rest, "0")) rest.remove_prefix(1);
  const bool nine = rest.size() == 9 && AllDigits(rest) && rest[0] != '0';
  if (international && nine) {
    *found = {std::string(piece), absl::StrCat("+33", rest), "", ""};
    return true;
  }
  if (nine) {
    *found = National(piece, absl::StrCat("0", rest), "The zero lost by the spreadsheet is back.");
    return true;
  }
  if (rest.size() == 11 && AllDigits(rest) && absl::StartsWith(rest, "33") && rest[2] != '0') {
    *found = {std::string(piece), absl::StrCat("+", rest),
              "The plus lost by the spreadsheet is back.", ""};
    return true;
  }
  return false;
}

Found ReadByLibrary(absl::string_view piece) {
  using i18n::phonenumbers::PhoneNumberUtil;
  static PhoneNumberUtil* const util = PhoneNumberUtil::GetInstance();
  i18n::phonenumbers::PhoneNumber number;
  Found found{std::string(piece), "", "", ""};
  const bool parsed = piece.size() < 40 && util->Parse(std::string(piece), "FR", &number) ==
                                               PhoneNumberUtil::NO_PARSING_ERROR;
  if (!parsed || !util->IsValidNumber(number)) {
    found.error = std::string(kNoNumber);
    return found;
  }
  util->Format(number, PhoneNumberUtil::E164, &found.value);
  if (number.has_extension()) found.note = "The extension was left out.";
  return found;
}

// "Tél. bureau : 03 53 01 00 12 (standard)": what stands around the number.
absl::string_view WithoutLabels(absl::string_view piece) {
  const size_t begin = piece.find_first_of("+0123456789(");
  if (begin == absl::string_view::npos) return "";
  if (std::all_of(piece.begin(), piece.begin() + begin,
                  [](char c) { return !absl::ascii_isdigit(c); })) {
    piece.remove_prefix(begin);
  }
  const size_t end = piece.find_last_of("0123456789");
  return end == absl::string_view::npos ? "" : piece.substr(0, end + 1);
}

// Two or three national numbers with nothing but a space between them.
bool ReadRun(absl::string_view piece, std::vector<Found>* result) {
  const std::string digits = DigitsOf(piece);
  if (digits.empty() || digits.size() % 10 != 0 || digits.size() > 30) return false;
  for (size_t i = 0; i < digits.size(); i += 10) {
    if (!IsNational(absl::string_view(digits).substr(i, 10))) return false;
  }
  for (size_t i = 0; i < digits.size(); i += 10) {
    const auto national = absl::string_view(digits).substr(i, 10);
    result->push_back(National(national, national, ""));
  }
  return true;
}

// "353010012.0": a number without its decimals; as it is where there are none.
absl::string_view WithoutDecimals(absl::string_view piece) {
  absl::string_view rest = piece;
  const bool decimals = absl::ConsumeSuffix(&rest, ".0") && rest.size() >= 9 && AllDigits(rest);
  return decimals ? rest : piece;
}

void ReadPiece(absl::string_view piece, std::vector<Found>* result) {
  Found found;
  if (ReadPlain(piece, &found)) {
    result->push_back(std::move(found));
    return;
  }
  if (ReadRun(piece, result)) return;
  if (absl::StrContains(piece, '/')) {
    for (absl::string_view part : absl::StrSplit(piece, '/', absl::SkipWhitespace())) {
      ReadPiece(absl::StripAsciiWhitespace(part), result);
    }
    return;
  }
  const absl::string_view bare = WithoutLabels(piece);
  if (bare.size() < piece.size() && ReadPlain(bare, &found)) {
    found.raw = std::string(piece);
    found.note = "Words beside the number were kept in the notes.";
    result->push_back(std::move(found));
    return;
  }
  result->push_back(ReadByLibrary(piece));
}

}  // namespace

std::vector<Found> FindPhones(absl::string_view cell) {
  std::vector<Found> result;
  for (const absl::string_view line :
       absl::StrSplit(cell, absl::ByAnyChar("\r\n\t;,|"), absl::SkipEmpty())) {
    const std::string piece = Clean(line);
    if (!IsPlaceholder(piece)) ReadPiece(WithoutDecimals(piece), &result);
  }
  return result;
}

bool IsMobile(absl::string_view e164) {
  for (const absl::string_view prefix : {"+336", "+337", "+2626", "+5906", "+5946", "+5966"}) {
    if (absl::StartsWith(e164, prefix)) return true;
  }
  return false;
}

}  // namespace maillage::interchange

#include "server/interchange/values.h"

#include <algorithm>
#include <array>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "server/interchange/fold.h"

namespace maillage::interchange {
namespace {

constexpr absl::string_view kDecimals = "The decimals of the spreadsheet are gone.";
constexpr absl::string_view kLostZero = "The zero lost by the spreadsheet is back.";

bool AllDigits(absl::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), absl::ascii_isdigit);
}

std::string WithoutSpaces(absl::string_view clean) {
  std::string out;
  for (const char c : clean) {
    if (c != ' ' && c != '.') out.push_back(c);
  }
  return out;
}

// "62510.0": a column of numbers with gaps leaves some programs as decimals.
bool DropDecimals(absl::string_view* number) {
  for (const absl::string_view decimals : {".0", ".00"}) {
    absl::string_view rest = *number;
    if (absl::ConsumeSuffix(&rest, decimals) && AllDigits(rest)) {
      *number = rest;
      return true;
    }
  }
  return false;
}

bool PassesLuhn(absl::string_view digits) {
  int sum = 0;
  bool twice = false;
  for (auto digit = digits.rbegin(); digit != digits.rend(); ++digit, twice = !twice) {
    const int value = (*digit - '0') * (twice ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 == 0;
}

// La Poste ran out of numbers: the sum of the digits is a multiple of five.
bool IsLaPoste(absl::string_view siret) {
  if (!absl::StartsWith(siret, "356000000")) return false;
  int sum = 0;
  for (const char digit : siret) sum += digit - '0';
  return sum % 5 == 0;
}

bool IsRna(absl::string_view upper) {
  return upper.size() == 10 && upper[0] == 'W' && absl::ascii_isdigit(upper[1]) &&
         (absl::ascii_isdigit(upper[2]) || upper[2] == 'A' || upper[2] == 'B') &&
         AllDigits(upper.substr(3));
}

bool SetDate(int year, int month, int day, v1::Date* date) {
  if (year < 1900 || year > 2100) return false;
  const absl::CivilDay civil(year, std::max(month, 1), std::max(day, 1));
  if (month > 0 && civil.month() != month) return false;
  if (day > 0 && civil.day() != day) return false;
  date->set_year(year);
  date->set_month(month);
  date->set_day(day);
  return true;
}

int MonthOf(absl::string_view folded) {
  static constexpr std::array<absl::string_view, 12> kFrench = {
      "janvier", "fevrier", "mars",      "avril",   "mai",      "juin",
      "juillet", "aout",    "septembre", "octobre", "novembre", "decembre"};
  static constexpr std::array<absl::string_view, 12> kEnglish = {
      "january", "february", "march",     "april",   "may",      "june",
      "july",    "august",   "september", "october", "november", "december"};
  if (folded.size() < 3) return 0;
  for (const auto& names : {kFrench, kEnglish}) {
    int found = 0;
    for (int i = 0; i < 12; ++i) {
      // "jui" could be two of them.
      if (absl::StartsWith(names[i], folded)) found = found == 0 ? i + 1 : 13;
    }
    if (found > 0 && found < 13) return found;
  }
  return 0;
}

int YearOf(absl::string_view digits) {
  int year = 0;
  if (!AllDigits(digits) || !absl::SimpleAtoi(digits, &year)) return 0;
  if (digits.size() == 2) return year < 30 ? 2000 + year : 1900 + year;
  return digits.size() == 4 ? year : 0;
}

int NumberOf(absl::string_view digits) {
  int number = 0;
  return AllDigits(digits) && digits.size() <= 2 && absl::SimpleAtoi(digits, &number) ? number : -1;
}

// "31/05/18", "2018-05-31", "06/2019".
bool ReadNumeric(absl::string_view text, v1::Date* date) {
  const std::vector<absl::string_view> parts = absl::StrSplit(text, absl::ByAnyChar("/.-"));
  if (parts.size() == 2) {
    if (parts[0].size() == 4) return SetDate(YearOf(parts[0]), NumberOf(parts[1]), 0, date);
    return NumberOf(parts[0]) > 0 && parts[1].size() == 4 &&
           SetDate(YearOf(parts[1]), NumberOf(parts[0]), 0, date);
  }
  if (parts.size() != 3) return false;
  const bool iso = parts[0].size() == 4;
  const int month = NumberOf(parts[1]);
  const int day = NumberOf(parts[iso ? 2 : 0]);
  return month > 0 && day > 0 && SetDate(YearOf(parts[iso ? 0 : 2]), month, day, date);
}

// "juin 2019", "1er juin 2019", "31 mai 2018".
bool ReadWords(absl::string_view clean, v1::Date* date) {
  const std::string folded = Fold(clean);
  std::vector<absl::string_view> words = absl::StrSplit(folded, ' ', absl::SkipEmpty());
  if (words.size() == 1) return SetDate(words[0].size() == 4 ? YearOf(words[0]) : 0, 0, 0, date);
  if (words.size() == 2) {
    const int month = MonthOf(words[0]);
    return month > 0 && words[1].size() == 4 && SetDate(YearOf(words[1]), month, 0, date);
  }
  if (words.size() != 3) return false;
  const int day = words[0] == "1er" ? 1 : NumberOf(words[0]);
  const int month = MonthOf(words[1]);
  return day > 0 && month > 0 && SetDate(YearOf(words[2]), month, day, date);
}

// Takes "00:00", "T10:30:00Z" and the like off the end; false if it is no time.
bool DropTime(absl::string_view* text) {
  const size_t at = text->find_first_of(" T");
  if (at == absl::string_view::npos || !absl::StrContains(text->substr(at), ':')) return true;
  const absl::string_view time = text->substr(at + 1);
  const bool sane =
      time.size() <= 29 && time.find_first_not_of("0123456789:.+-Z ") == absl::string_view::npos;
  *text = text->substr(0, at);
  return sane;
}

}  // namespace

Found ReadPostalCode(absl::string_view clean) {
  Found found{std::string(clean), "", "", ""};
  absl::string_view code = clean;
  for (const absl::string_view prefix : {"FR-", "F-"}) absl::ConsumePrefix(&code, prefix);
  if (DropDecimals(&code)) found.note = std::string(kDecimals);
  const std::string digits = WithoutSpaces(code);
  if (AllDigits(digits) && digits.size() == 5) {
    found.value = digits;
  } else if (AllDigits(digits) && digits.size() == 4) {
    found.value = absl::StrCat("0", digits);
    found.note = std::string(kLostZero);
  } else {
    found.note.clear();
    found.error = "A French postal code has five digits.";
  }
  return found;
}

Found ReadInsee(absl::string_view clean) {
  Found found{std::string(clean), "", "", ""};
  if (DropDecimals(&clean)) found.note = std::string(kDecimals);
  std::string code = absl::AsciiStrToUpper(WithoutSpaces(clean));
  if (code.size() == 4 && AllDigits(code)) {
    code.insert(0, 1, '0');
    found.note = std::string(kLostZero);
  }
  const bool corsican = absl::StartsWith(code, "2A") || absl::StartsWith(code, "2B");
  if (code.size() == 5 && AllDigits(absl::string_view(code).substr(corsican ? 2 : 0))) {
    found.value = code;
  } else {
    found.note.clear();
    found.error = "The code of a commune has five characters.";
  }
  return found;
}

FoundIdentifier ReadIdentifier(absl::string_view clean) {
  FoundIdentifier found;
  found.raw = std::string(clean);
  if (DropDecimals(&clean)) found.note = std::string(kDecimals);
  const std::string value = absl::AsciiStrToUpper(WithoutSpaces(clean));
  const bool digits = AllDigits(value) && !absl::StrContains(clean, '.');
  if (IsRna(value)) {
    found.scheme = "RNA";
    found.value = value;
  } else if (!digits || (value.size() != 14 && value.size() != 9)) {
    found.error = absl::StrContains(value, "E+")
                      ? "The spreadsheet cut the number: its digits are lost."
                      : "A SIRET has 14 digits, a SIREN 9, an RNA number W and 9 digits.";
  } else if (!PassesLuhn(value) && !IsLaPoste(value)) {
    found.error = "The checksum of the number is wrong.";
  } else {
    found.scheme = value.size() == 14 ? "SIRET" : "SIREN";
    found.value = value;
  }
  return found;
}

FoundDate ReadDate(absl::string_view clean) {
  FoundDate found;
  found.raw = std::string(clean);
  absl::string_view text = clean;
  int serial = 0;
  const bool timed = DropTime(&text);
  DropDecimals(&text);
  if (timed && AllDigits(text) && text.size() == 5 && absl::SimpleAtoi(text, &serial) &&
      serial >= 20000 && serial < 60000) {
    const absl::CivilDay day = absl::CivilDay(1899, 12, 30) + serial;
    SetDate(static_cast<int>(day.year()), day.month(), day.day(), &found.date);
    found.note =
        absl::StrCat("Read as the day number of a spreadsheet: ", FormatDate(found.date), ".");
  } else if (!timed || (!ReadNumeric(text, &found.date) && !ReadWords(text, &found.date))) {
    found.error = "This is no date.";
  }
  if (found.ok()) found.value = FormatDate(found.date);
  return found;
}

std::string FormatDate(const v1::Date& date) {
  if (date.month() == 0) return absl::StrFormat("%04d", date.year());
  if (date.day() == 0) return absl::StrFormat("%04d-%02d", date.year(), date.month());
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

}  // namespace maillage::interchange

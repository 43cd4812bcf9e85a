// In which language, and in which form, values are written.
#ifndef TOOLS_CLI_LOCALE_H_
#define TOOLS_CLI_LOCALE_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace maillage::cli {

enum class Language { kEnglish, kFrench };

// From `lang` ("fr", "en"; may be empty), else LC_ALL, LC_MESSAGES, LANG as
// gettext does: French where the first one set starts with fr, else English.
Language DetectLanguage(absl::string_view lang);

// How values are written: for a person in a language, or raw for a program
// (plain numbers, RFC 3339 times, enum names as in the protocol).
struct Locale {
  Language language = Language::kEnglish;
  bool raw = false;
  absl::TimeZone zone = absl::LocalTimeZone();
};

// `english` in the language; itself where the catalogue has no such text.
absl::string_view Translate(Language language, absl::string_view english);
// Whether the catalogue has it; tests hold every text shown to this.
bool HasTranslation(absl::string_view english);
// What an enum value is called: "elected official" for ..._ELECTED_OFFICIAL.
// `value` is the protocol's name, which is returned where nothing is known.
absl::string_view EnumText(Language language, absl::string_view value);

// 12,345 or 12 345 (narrow no-break space); raw: 12345.
std::string FormatNumber(const Locale& locale, int64_t number);
// 3.2, as "3.2" or "3,2".
std::string FormatDecimal(const Locale& locale, double number);
// 2018-05-31 09:00 or 31/05/2018 09:00, in the zone; raw: RFC 3339 in UTC.
std::string FormatTime(const Locale& locale, absl::Time time);
// Rounded for people: "8 s", "2 min 05 s", "3 h 10 min".
std::string FormatSpan(absl::Duration duration);
// "412 B", "1.4 MB": powers of 1000.
std::string FormatBytes(const Locale& locale, int64_t bytes);

}  // namespace maillage::cli

#endif  // TOOLS_CLI_LOCALE_H_

#include "tools/cli/locale.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace maillage::cli {

Language DetectLanguage(absl::string_view lang) {
  std::string value(lang);
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    if (!value.empty()) break;
    const char* set = std::getenv(name);
    if (set != nullptr) value = set;
  }
  return absl::StartsWithIgnoreCase(value, "fr") ? Language::kFrench : Language::kEnglish;
}

std::string FormatNumber(const Locale& locale, int64_t number) {
  const std::string digits = absl::StrCat(number);
  if (locale.raw) return digits;
  const absl::string_view separator = locale.language == Language::kFrench ? "\u202f" : ",";
  const size_t sign = number < 0 ? 1 : 0;
  std::string text;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > sign && (digits.size() - i) % 3 == 0) absl::StrAppend(&text, separator);
    text.push_back(digits[i]);
  }
  return text;
}

std::string FormatDecimal(const Locale& locale, double number) {
  std::string text = absl::StrFormat("%.1f", number);
  if (!locale.raw && locale.language == Language::kFrench) {
    std::replace(text.begin(), text.end(), '.', ',');
  }
  return text;
}

std::string FormatTime(const Locale& locale, absl::Time time) {
  if (locale.raw) return absl::FormatTime("%Y-%m-%dT%H:%M:%E*SZ", time, absl::UTCTimeZone());
  const bool french = locale.language == Language::kFrench;
  return absl::FormatTime(french ? "%d/%m/%Y %H:%M" : "%Y-%m-%d %H:%M", time, locale.zone);
}

std::string FormatSpan(absl::Duration duration) {
  const int64_t seconds = std::llround(absl::ToDoubleSeconds(duration));
  if (seconds < 60) return absl::StrCat(seconds, " s");
  if (seconds < 3600) return absl::StrFormat("%d min %02d s", seconds / 60, seconds % 60);
  return absl::StrFormat("%d h %02d min", seconds / 3600, seconds / 60 % 60);
}

std::string FormatBytes(const Locale& locale, int64_t bytes) {
  if (locale.raw) return absl::StrCat(bytes);
  const bool french = locale.language == Language::kFrench;
  const absl::string_view unit = french ? "o" : "B";
  if (bytes < 1000) return absl::StrCat(bytes, " ", unit);
  double value = static_cast<double>(bytes);
  const char* prefix = "";
  for (const char* next : {"k", "M", "G", "T"}) {
    if (value < 1000) break;
    value /= 1000;
    prefix = next;
  }
  return absl::StrCat(FormatDecimal(locale, value), " ", prefix, unit);
}

}  // namespace maillage::cli

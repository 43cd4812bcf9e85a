#include "server/broadcast/wording.h"

#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/time/time.h"

namespace maillage::broadcast {
namespace {

// In the order of absl::Weekday.
constexpr std::array<const char*, 7> kWeekdays = {"lundi",    "mardi",  "mercredi", "jeudi",
                                                  "vendredi", "samedi", "dimanche"};
constexpr std::array<const char*, 12> kMonths = {"janvier",   "février", "mars",     "avril",
                                                 "mai",       "juin",    "juillet",  "août",
                                                 "septembre", "octobre", "novembre", "décembre"};

std::string Bare(absl::string_view word) {
  return absl::AsciiStrToLower(absl::StrReplaceAll(
      word, {{"é", "e"}, {"É", "e"}, {"û", "u"}, {"Û", "u"}, {"*", ""}, {"_", ""}}));
}

// Position in `words`, or -1.
template <size_t N>
int Find(const std::array<const char*, N>& words, absl::string_view word) {
  const std::string bare = Bare(word);
  for (size_t i = 0; i < N; ++i) {
    if (bare == Bare(words[i])) return static_cast<int>(i);
  }
  return -1;
}

// "31" or "1er"; 0 where it is neither.
int DayNumber(absl::string_view word) {
  const std::string bare = Bare(word);
  int day = 0;
  if (bare == "1er") return 1;
  return absl::SimpleAtoi(bare, &day) && day >= 1 && day <= 31 ? day : 0;
}

std::vector<absl::string_view> Words(absl::string_view text) {
  return absl::StrSplit(text, absl::ByAnyChar(" \t\r\n,.;:()"), absl::SkipEmpty());
}

}  // namespace

std::string FrenchDay(absl::CivilDay day) {
  return absl::StrCat(day.day(), day.day() == 1 ? "er " : " ", kMonths[day.month() - 1], " ",
                      day.year());
}

std::string FrenchWeekday(absl::CivilDay day) {
  return absl::StrCat(kWeekdays[static_cast<int>(absl::GetWeekday(day))], " ", FrenchDay(day));
}

std::string FrenchHour(absl::CivilMinute time) {
  return time.minute() == 0 ? absl::StrCat(time.hour(), "h")
                            : absl::StrFormat("%dh%02d", time.hour(), time.minute());
}

std::string FrenchSpan(absl::CivilMinute starts, absl::CivilMinute ends) {
  const absl::CivilDay first(starts), last(ends);
  if (first == last) {
    return absl::StrCat("Le ", FrenchWeekday(first), " de ", FrenchHour(starts), " à ",
                        FrenchHour(ends));
  }
  return absl::StrCat("Du ", FrenchWeekday(first), " à ", FrenchHour(starts), " au ",
                      FrenchWeekday(last), " à ", FrenchHour(ends));
}

std::string EnglishSpan(absl::CivilMinute starts, absl::CivilMinute ends) {
  const auto format = [](const char* pattern, absl::CivilMinute time) {
    return absl::FormatTime(pattern, absl::FromCivil(time, absl::UTCTimeZone()),
                            absl::UTCTimeZone());
  };
  const bool one_day = absl::CivilDay(starts) == absl::CivilDay(ends);
  return absl::StrCat(format("%A %-d %B %Y, %H:%M", starts), " to ",
                      format(one_day ? "%H:%M" : "%A %-d %B %Y, %H:%M", ends));
}

std::vector<WrittenDate> FindWrittenDates(absl::string_view text) {
  std::vector<WrittenDate> found;
  const std::vector<absl::string_view> words = Words(text);
  for (size_t i = 0; i + 2 < words.size(); ++i) {
    const int weekday = Find(kWeekdays, words[i]);
    const int day = DayNumber(words[i + 1]);
    const int month = Find(kMonths, words[i + 2]);
    if (weekday < 0 || day == 0 || month < 0) continue;
    int year = 0;
    if (i + 3 < words.size() &&
        (!absl::SimpleAtoi(Bare(words[i + 3]), &year) || year < 1000 || year > 9999)) {
      year = 0;
    }
    found.push_back({absl::StrJoin(words.begin() + i, words.begin() + i + (year ? 4 : 3), " "),
                     static_cast<absl::Weekday>(weekday), month + 1, day, year});
  }
  return found;
}

bool ToCivilDay(const v1::Date& date, absl::CivilDay* day) {
  const absl::CivilDay result(date.year(), date.month(), date.day());
  // CivilDay normalises 31 June to 1 July; such a date is none.
  if (date.year() < 1 || date.year() > 9999 || result.month() != date.month() ||
      result.day() != date.day()) {
    return false;
  }
  *day = result;
  return true;
}

v1::Date ToDate(absl::CivilDay day) {
  v1::Date date;
  date.set_year(static_cast<int>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

bool ParseLocalTime(absl::string_view text, absl::CivilMinute* time) {
  absl::CivilSecond second;
  if (text.size() != 19 || !absl::ParseCivilTime(text, &second) ||
      FormatLocalTime(second) != text) {
    return false;
  }
  *time = absl::CivilMinute(second);
  return true;
}

std::string FormatLocalTime(absl::CivilSecond time) {
  return absl::StrFormat("%04d-%02d-%02dT%02d:%02d:%02d", time.year(), time.month(), time.day(),
                         time.hour(), time.minute(), time.second());
}

}  // namespace maillage::broadcast

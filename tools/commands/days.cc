#include "tools/commands/days.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "client/base/error.h"

namespace maillage::cli {
namespace {

v1::Date DateOf(const absl::CivilDay& day) {
  v1::Date date;
  date.set_year(static_cast<int>(day.year()));
  date.set_month(day.month());
  date.set_day(day.day());
  return date;
}

}  // namespace

absl::StatusOr<v1::Date> ParseDay(absl::string_view what, const std::string& text) {
  absl::CivilDay day;
  if (text.size() != 10 || !absl::ParseCivilTime(text, &day)) {
    return InvalidArgument("USAGE", absl::StrCat(what, " ", text, " is not YYYY-MM-DD"));
  }
  return DateOf(day);
}

v1::Date Today() { return DateOf(absl::ToCivilDay(absl::Now(), absl::LocalTimeZone())); }

std::string DayText(const v1::Date& date) {
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(), date.day());
}

}  // namespace maillage::cli

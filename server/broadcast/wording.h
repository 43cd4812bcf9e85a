// French words for dates and times, as a letter says them.
#ifndef SERVER_BROADCAST_WORDING_H_
#define SERVER_BROADCAST_WORDING_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::broadcast {

// "31 mai 2018", "1er juin 2018".
std::string FrenchDay(absl::CivilDay day);
// "jeudi 31 mai 2018".
std::string FrenchWeekday(absl::CivilDay day);
// "9h", "9h05".
std::string FrenchHour(absl::CivilMinute time);
// "Le jeudi 31 mai 2018 de 9h à 17h", or over several days "Du jeudi 31 mai
// 2018 à 9h au vendredi 1er juin 2018 à 12h".
std::string FrenchSpan(absl::CivilMinute starts, absl::CivilMinute ends);
// The same in English, without a language mix: "Thursday 31 May 2018, 09:00 to
// 17:00".
std::string EnglishSpan(absl::CivilMinute starts, absl::CivilMinute ends);

// A date found in running text, with the weekday it was given.
struct WrittenDate {
  std::string text;  // "vendredi 31 mai 2018"
  absl::Weekday weekday;
  int month;  // 1 to 12
  int day;
  int year;  // 0 where the text names none
};
// Every "weekday day month [year]" in French text, accents or not.
std::vector<WrittenDate> FindWrittenDates(absl::string_view text);

// A whole date of the message; false where a part is missing or impossible.
bool ToCivilDay(const v1::Date& date, absl::CivilDay* day);
v1::Date ToDate(absl::CivilDay day);

// Reads "2018-05-31T09:00:00".
bool ParseLocalTime(absl::string_view text, absl::CivilMinute* time);
// Writes it.
std::string FormatLocalTime(absl::CivilSecond time);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_WORDING_H_

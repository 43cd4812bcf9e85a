#include "server/broadcast/wording.h"

#include <gtest/gtest.h>

namespace maillage::broadcast {
namespace {

TEST(Wording, SaysOneDayAsTheLetterDoes) {
  EXPECT_EQ(FrenchSpan(absl::CivilMinute(2018, 5, 31, 9, 0), absl::CivilMinute(2018, 5, 31, 17, 0)),
            "Le jeudi 31 mai 2018 de 9h à 17h");
}

TEST(Wording, SaysSeveralDaysAndTheFirstOfAMonth) {
  EXPECT_EQ(FrenchSpan(absl::CivilMinute(2018, 5, 31, 9, 5), absl::CivilMinute(2018, 6, 1, 12, 30)),
            "Du jeudi 31 mai 2018 à 9h05 au vendredi 1er juin 2018 à 12h30");
}

TEST(Wording, SaysTheSpanInEnglish) {
  EXPECT_EQ(
      EnglishSpan(absl::CivilMinute(2018, 5, 31, 9, 0), absl::CivilMinute(2018, 5, 31, 17, 0)),
      "Thursday 31 May 2018, 09:00 to 17:00");
}

TEST(Wording, FindsDatesInRunningText) {
  const auto dates =
      FindWrittenDates("Rendez-vous **Jeudi 31 mai 2018**, puis le VENDREDI 1er Août ; fin.");
  ASSERT_EQ(dates.size(), 2u);
  EXPECT_EQ(dates[0].weekday, absl::Weekday::thursday);
  EXPECT_EQ(dates[0].year, 2018);
  EXPECT_EQ(dates[1].weekday, absl::Weekday::friday);
  EXPECT_EQ(dates[1].month, 8);
  EXPECT_EQ(dates[1].day, 1);
  EXPECT_EQ(dates[1].year, 0);
}

TEST(Wording, RefusesLocalTimesThatAreNone) {
  absl::CivilMinute time;
  EXPECT_TRUE(ParseLocalTime("2018-05-31T09:00:00", &time));
  for (const char* bad : {"", "2018-05-31", "2018-02-30T09:00:00", "2018-05-31 09:00:00",
                          "2018-05-31T25:00:00", "2018-05-31T09:00:00Z"}) {
    EXPECT_FALSE(ParseLocalTime(bad, &time)) << bad;
  }
}

}  // namespace
}  // namespace maillage::broadcast

#include "tools/cli/locale.h"

#include <gtest/gtest.h>
#include <stdlib.h>

#include <limits>

namespace maillage::cli {
namespace {

const Locale kEnglish = {.language = Language::kEnglish, .zone = absl::UTCTimeZone()};
const Locale kFrench = {.language = Language::kFrench, .zone = absl::UTCTimeZone()};
const Locale kRaw = {.raw = true, .zone = absl::UTCTimeZone()};

TEST(DetectLanguage, TakesTheOptionThenTheFirstVariableThatIsSet) {
  struct Case {
    const char* option;
    const char* lc_all;
    const char* lang;
    Language expected;
  };
  const Case cases[] = {
      {"", "", "fr_FR.UTF-8", Language::kFrench}, {"", "C", "fr_FR.UTF-8", Language::kEnglish},
      {"", "fr_BE", "en_GB", Language::kFrench},  {"", "", "de_DE", Language::kEnglish},
      {"", "", "", Language::kEnglish},           {"en", "fr_FR", "", Language::kEnglish},
      {"fr", "C", "C", Language::kFrench},
  };
  unsetenv("LC_MESSAGES");
  for (const Case& c : cases) {
    setenv("LC_ALL", c.lc_all, 1);
    setenv("LANG", c.lang, 1);
    EXPECT_EQ(DetectLanguage(c.option), c.expected) << c.option << c.lc_all << c.lang;
  }
}

TEST(FormatNumber, GroupsThousandsAsTheLanguageDoes) {
  EXPECT_EQ(FormatNumber(kEnglish, 0), "0");
  EXPECT_EQ(FormatNumber(kEnglish, 999), "999");
  EXPECT_EQ(FormatNumber(kEnglish, 1234567), "1,234,567");
  EXPECT_EQ(FormatNumber(kEnglish, -123), "-123");
  EXPECT_EQ(FormatNumber(kEnglish, -1234), "-1,234");
  EXPECT_EQ(FormatNumber(kFrench, 12345), "12\u202f345");
  EXPECT_EQ(FormatNumber(kRaw, 1234567), "1234567");
  EXPECT_EQ(FormatNumber(kEnglish, std::numeric_limits<int64_t>::min()),
            "-9,223,372,036,854,775,808");
}

TEST(FormatTime, IsThatOfTheLanguageOrRfc3339) {
  const absl::Time time = absl::FromUnixSeconds(1527757200) + absl::Milliseconds(5);
  EXPECT_EQ(FormatTime(kEnglish, time), "2018-05-31 09:00");
  EXPECT_EQ(FormatTime(kFrench, time), "31/05/2018 09:00");
  EXPECT_EQ(FormatTime(kRaw, time), "2018-05-31T09:00:00.005Z");
}

TEST(FormatSpan, RoundsForPeople) {
  const std::pair<absl::Duration, const char*> cases[] = {
      {absl::Milliseconds(400), "0 s"},           {absl::Milliseconds(59'400), "59 s"},
      {absl::Milliseconds(59'600), "1 min 00 s"}, {absl::Seconds(125), "2 min 05 s"},
      {absl::Minutes(190), "3 h 10 min"},
  };
  for (const auto& [span, text] : cases) EXPECT_EQ(FormatSpan(span), text);
}

TEST(FormatDecimal, HasTheCommaInFrench) {
  EXPECT_EQ(FormatDecimal(kEnglish, 3.25), "3.2");
  EXPECT_EQ(FormatDecimal(kFrench, 12.5), "12,5");
}

}  // namespace
}  // namespace maillage::cli

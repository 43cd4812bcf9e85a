#include "server/broadcast/mail/calendar.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_split.h"
#include "tests/broadcast/example.h"

namespace maillage::broadcast {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

std::string ZoneOf(const std::string& zone, const std::string& day) {
  v1::InvitationContent content = DemoContent();
  content.set_time_zone(zone);
  content.set_starts_at(day + "T09:00:00");
  content.set_ends_at(day + "T17:00:00");
  const std::string text = CalendarText(content, {.stamp = ExampleNow()});
  const size_t from = text.find("BEGIN:VTIMEZONE");
  return text.substr(from, text.find("BEGIN:VEVENT") - from);
}

TEST(Calendar, SaysTheRulesOfATimeZone) {
  EXPECT_EQ(ZoneOf("Europe/Paris", "2018-05-31"),
            "BEGIN:VTIMEZONE\nTZID:Europe/Paris\n"
            "BEGIN:DAYLIGHT\nDTSTART:20170326T020000\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\n"
            "TZNAME:CEST\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\nEND:DAYLIGHT\n"
            "BEGIN:STANDARD\nDTSTART:20171029T030000\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\n"
            "TZNAME:CET\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\nEND:STANDARD\n"
            "END:VTIMEZONE\n");
  EXPECT_THAT(ZoneOf("America/Miquelon", "2026-05-31"),
              HasSubstr("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"));
}

TEST(Calendar, SaysTheOneOffsetOfAZoneOverseas) {
  for (const auto& [zone, offset] :
       {std::pair{"Indian/Reunion", "+0400"}, std::pair{"America/Guadeloupe", "-0400"},
        std::pair{"Pacific/Tahiti", "-1000"}}) {
    const std::string text = ZoneOf(zone, "2026-05-31");
    EXPECT_THAT(text, HasSubstr(std::string("BEGIN:STANDARD\nDTSTART:19700101T000000\n"
                                            "TZOFFSETFROM:") +
                                offset + "\nTZOFFSETTO:" + offset));
    EXPECT_THAT(text, Not(HasSubstr("RRULE")));
  }
}

TEST(Calendar, ListsTheChangesOfAZoneWithoutAYearlyRule) {
  const std::string text = ZoneOf("Africa/Casablanca", "2026-05-31");
  EXPECT_THAT(text, Not(HasSubstr("RRULE")));
  EXPECT_THAT(text, HasSubstr("DTSTART:2026"));
}

TEST(Calendar, EscapesAndFoldsWithoutCuttingACharacter) {
  v1::InvitationContent content = DemoContent();
  content.set_title("Été; \\ fête, " + std::string(80, 'x') +
                    "é€é€é€é€é€é€é€é€é€é€é€é€é€é€é€é€é€é€é€é€é€é€é€");
  const std::string text = CalendarText(content, {.stamp = ExampleNow()});
  EXPECT_THAT(text, HasSubstr("SUMMARY:Été\\; \\\\ fête\\, xxx"));
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    EXPECT_LE(line.size(), 75u) << line;
    // No line begins in the middle of a character.
    EXPECT_NE(static_cast<unsigned char>(std::string(line).append("xx")[1]) & 0xC0, 0x80) << line;
  }
  EXPECT_THAT(text, HasSubstr("UID:028-2018@"));
  EXPECT_THAT(text, HasSubstr("\nSEQUENCE:0\nDTSTAMP:20180403T120000Z\n"));
  EXPECT_THAT(text, Not(HasSubstr("ATTENDEE")));
}

TEST(Calendar, AnAttendeesNameCannotBreakOut) {
  EXPECT_EQ(AttendeeLines("a\"b\r\nX:y", "a@example.org", true),
            "ATTENDEE;CN=\"a'b  X:y\";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEED\n"
            " S-ACTION;RSVP=TRUE:mailto:a@example.org\n");
}

}  // namespace
}  // namespace maillage::broadcast

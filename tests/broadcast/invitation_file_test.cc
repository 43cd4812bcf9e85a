#include "server/broadcast/invitation_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_replace.h"
#include "server/broadcast/content.h"
#include "tests/broadcast/example.h"

namespace maillage::broadcast {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

constexpr char kFile[] = R"(+++
reference = "012-2018"
issue_place = "Lille"
issue_date = 2018-03-30
subject = "Invitation"
title = "Rencontre"
starts = 2018-05-31T09:00:00
ends = 2018-05-31T17:00:00
audience = "territory:REGION/32"
reply_to = "contact@example.org"
[venue]
name = "Maison"
address = "16 place Victor Hugo, 62500 Saint-Omer"
[[organisers]]
name = "IREV"
node = "irev"
post = "La présidente"
+++
La lettre.
)";

absl::StatusOr<InvitationFile> Parse(const std::string& file) {
  return ParseInvitationFile(file, IrevNode(), ResolveExample, ExampleNow());
}

std::string With(absl::string_view from, absl::string_view to) {
  return absl::StrReplaceAll(kFile, {{from, to}});
}

TEST(InvitationFile, ReadsTheLetterOfTheDemo) {
  const auto file = Parse(DemoFile());
  ASSERT_TRUE(file.ok()) << file.status();
  const v1::InvitationContent& content = file->content;
  EXPECT_EQ(content.reference(), "028-2018");
  EXPECT_EQ(content.starts_at(), "2018-05-31T09:00:00");
  EXPECT_EQ(content.time_zone(), "Europe/Paris");
  EXPECT_EQ(content.issue_date().day(), 30);
  ASSERT_EQ(content.organisers_size(), 2);
  EXPECT_EQ(content.organisers(0).node(), std::string(IrevNode().bytes()));
  EXPECT_EQ(content.organisers(1).node(), std::string(CapsoNode().bytes()));
  EXPECT_EQ(content.organisers(1).signatory_name(), "François DECOSTER");
  EXPECT_THAT(content.languages(), ElementsAre("fr"));
  EXPECT_THAT(content.body_markdown(), HasSubstr("N'hésitez pas à diffuser"));
  EXPECT_THAT(file->warnings, ElementsAre(HasSubstr("not_after lies after the end")));
}

TEST(InvitationFile, WarnsOfADateInThePast) {
  const auto file =
      ParseInvitationFile(kFile, IrevNode(), ResolveExample, ExampleNow() + absl::Hours(24 * 365));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_THAT(file->warnings,
              ElementsAre("The event is in the past: Le jeudi 31 mai 2018 de 9h à 17h."));
}

TEST(InvitationFile, WarnsOfWeekdaysAndYearsThatContradictTheDate) {
  const auto weekday = Parse(With("La lettre.", "Venez le vendredi 31 mai."));
  ASSERT_TRUE(weekday.ok());
  EXPECT_THAT(weekday->warnings, ElementsAre("The letter says \"vendredi 31 mai\", but that day is "
                                             "a jeudi 31 mai 2018."));
  const auto year = Parse(With("La lettre.", "Venez le vendredi 31 mai 2019."));
  ASSERT_TRUE(year.ok());
  EXPECT_THAT(year->warnings, ElementsAre("The letter says \"vendredi 31 mai 2019\", but the event "
                                          "starts in 2018."));
  const auto right = Parse(With("La lettre.", "Venez le jeudi 31 mai 2018."));
  ASSERT_TRUE(right.ok());
  EXPECT_THAT(right->warnings, IsEmpty());
}

TEST(InvitationFile, StopsAtTheEndOfTheEventUnlessTold) {
  const auto file = Parse(kFile);
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(NotAfter(file->content), EventEnd(file->content));
  EXPECT_EQ(absl::FormatTime(EventEnd(file->content), absl::UTCTimeZone()),
            "2018-05-31T15:00:00+00:00");
  const auto day = Parse(With("[venue]", "not_after = 2018-05-20\n[venue]"));
  ASSERT_TRUE(day.ok()) << day.status();
  EXPECT_EQ(absl::FormatTime(NotAfter(day->content), absl::UTCTimeZone()),
            "2018-05-20T21:59:59+00:00");
}

TEST(InvitationFile, TakesWindowsLineEndsAndAByteOrderMark) {
  const auto file = Parse("\xEF\xBB\xBF" + With("\n", "\r\n"));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->content.body_markdown(), "La lettre.");
}

TEST(InvitationFile, TakesAnOrganiserWithoutANode) {
  const auto file = Parse(With("+++\nLa lettre.",
                               "[[organisers]]\nname = \"Ville\"\n"
                               "post = \"Le maire\"\n+++\nLa lettre."));
  ASSERT_TRUE(file.ok()) << file.status();
  EXPECT_EQ(file->content.organisers(1).node(), "");
}

struct WrongFile {
  std::string file;
  std::string message;
  std::string mend;
};

std::vector<WrongFile> WrongFiles() {
  return {
      {"Bonjour", "line 1: front matter is missing",
       "Begin the file with a line +++ and close the front matter with another."},
      {"+++\nreference = \"1\"\n", "line 1: front matter is not closed",
       "Write a line +++ above the letter."},
      {With("012-2018", "12/2018"), "line 2: reference is 12/2018, not NNN-YYYY",
       "Write a number of three digits, a hyphen and the year: 028-2018."},
      {With("issue_place", "place"), "line 3: place is no known key",
       "Known here: reference, issue_place, issue_date, subject, title, starts, ends, time_zone, "
       "venue, organisers, audience, reply_deadline, capacity, languages, not_after, reply_to, "
       "change."},
      {With("issue_date = 2018-03-30", "issue_date = \"30/03/2018\""),
       "line 4: issue_date is not a day", "Write it as 2018-03-30, without quotes."},
      {With("subject = \"Invitation\"", "subject = 3"), "line 5: subject is not text",
       "Put it between double quotes."},
      {With("title = \"Rencontre\"\n", ""), "line 17: title is missing",
       "Write a value for title."},
      {With("T09:00:00", "T19:00:00"), "line 8: ends is not after the start",
       "Correct starts or ends."},
      {With("2018-05-31T09:00:00", "2018-05-31T09:00:00Z"),
       "line 7: starts is not a local date and time",
       "Write it as 2018-05-31T09:00:00, without quotes and offset."},
      {With("audience", "time_zone = \"Paris\"\naudience"),
       "line 9: time_zone is no known time zone: Paris", "Write a name such as Europe/Paris."},
      {With("audience", "time_zone = \"/usr/share/zoneinfo/Europe/Paris\"\naudience"),
       "line 9: time_zone is no known time zone: /usr/share/zoneinfo/Europe/Paris",
       "Write a name such as Europe/Paris."},
      {With("audience", "time_zone = \"file:Europe/Paris\"\naudience"),
       "line 9: time_zone is no known time zone: file:Europe/Paris",
       "Write a name such as Europe/Paris."},
      {With("audience", "time_zone = \"../zoneinfo/Europe/Paris\"\naudience"),
       "line 9: time_zone is no known time zone: ../zoneinfo/Europe/Paris",
       "Write a name such as Europe/Paris."},
      {With("territory:REGION/32", " "), "line 9: audience is missing",
       "Write a filter, such as territory:REGION/32 for a whole region."},
      {With("contact@example.org", "contact@example.org>, <x@y.z"),
       "line 10: reply_to is no mailbox: contact@example.org>, <x@y.z",
       "Write it as contact@example.org, in lower case."},
      {With("\"Invitation\"", "\"Invitation\\r\\nBcc: x@example.org\""),
       "line 5: subject holds a line break, a control character or bad UTF-8",
       "Write it on one line, in UTF-8."},
      {With("[venue]", "capacity = -1\n[venue]"), "line 11: capacity is not a number of seats",
       "Write a whole number from 1 to 1000000, or leave it out."},
      {With("[venue]", "languages = [\"en\"]\n[venue]"),
       "line 11: languages is neither [\"fr\"] nor [\"fr\", \"en\"]",
       "French comes first; English may follow."},
      {With("name = \"Maison\"", "nom = \"Maison\""), "line 12: venue.nom is no known key",
       "Known here: name, address."},
      {With("\"irev\"", "\"ville\""), "line 16: organisers[1].node names no partner: no such alias",
       "Pair with it first, or leave node out for an organiser without a node."},
      {With("\"irev\"", "\"capso\""), "line 14: organisers does not name the issuing node",
       "Add node = \"...\" with this node's alias to one organiser."},
      {With("post = \"La présidente\"\n", ""), "line 14: organisers[1].post is missing",
       "Write a value for organisers[1].post."},
      {With("La lettre.", ""), "line 19: body is empty", "Write the letter below the second +++."},
      {With("La lettre.", "\xFF"), "line 19: body holds a control character or bad UTF-8",
       "Save the file as UTF-8."},
  };
}

TEST(InvitationFile, SaysLineFieldWhatAndMend) {
  for (const WrongFile& c : WrongFiles()) {
    const auto file = Parse(c.file);
    ASSERT_FALSE(file.ok()) << c.message;
    EXPECT_EQ(file.status().message(), c.message);
    EXPECT_EQ(ErrorReason(file.status()), "BAD_INVITATION_FILE");
    EXPECT_EQ(ErrorMend(file.status()), c.mend) << c.message;
  }
}

TEST(InvitationFile, SaysTheLineOfATomlError) {
  const auto file = Parse(With("\"Lille\"", "Lille"));
  ASSERT_FALSE(file.ok());
  EXPECT_THAT(std::string(file.status().message()), HasSubstr("line 3: front matter is no TOML: "));
}

TEST(InvitationFile, LimitsTheLengthOfALetter) {
  const auto file = Parse(With("La lettre.", std::string(kMaxBodyBytes + 1, 'a')));
  ASSERT_FALSE(file.ok());
  EXPECT_EQ(file.status().message(), "line 19: body is longer than 100000 bytes");
}

}  // namespace
}  // namespace maillage::broadcast

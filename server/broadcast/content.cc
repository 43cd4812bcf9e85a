#include "server/broadcast/content.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "client/base/sha256.h"
#include "server/broadcast/mail/address.h"
#include "server/broadcast/wording.h"

namespace maillage::broadcast {
namespace {

using Problem = std::optional<FieldProblem>;

constexpr size_t kMaxZoneBytes = 64;

Problem CheckLine(const std::string& field, const std::string& text, bool required) {
  if (required && absl::StripAsciiWhitespace(text).empty()) {
    return FieldProblem{field, "is missing", absl::StrCat("Write a value for ", field, ".")};
  }
  if (text.size() > kMaxLineBytes) {
    return FieldProblem{field, absl::StrCat("is longer than ", kMaxLineBytes, " bytes"),
                        "Shorten it."};
  }
  if (!IsCleanText(text, false)) {
    return FieldProblem{field, "holds a line break, a control character or bad UTF-8",
                        "Write it on one line, in UTF-8."};
  }
  return std::nullopt;
}

Problem CheckLines(const v1::InvitationContent& c) {
  struct Line {
    const char* field;
    const std::string& text;
    bool required;
  };
  const Line lines[] = {
      {"reference", c.reference(), true},
      {"uid", c.uid(), true},
      {"issue_place", c.issue_place(), true},
      {"subject", c.subject(), true},
      {"title", c.title(), true},
      {"venue.name", c.venue_name(), true},
      {"venue.address", c.venue_address(), true},
      {"reply_to", c.reply_to(), true},
      {"change", c.change_note(), c.cancelled()},
  };
  for (const Line& line : lines) {
    if (Problem problem = CheckLine(line.field, line.text, line.required)) return problem;
  }
  return std::nullopt;
}

Problem CheckReference(const v1::InvitationContent& c) {
  const std::string& reference = c.reference();
  bool good = reference.size() == 8 && reference[3] == '-';
  for (size_t i = 0; i < reference.size(); ++i) {
    good = good && (i == 3 || absl::ascii_isdigit(reference[i]));
  }
  if (good) return std::nullopt;
  return FieldProblem{"reference", absl::StrCat("is ", reference, ", not NNN-YYYY"),
                      "Write a number of three digits, a hyphen and the year: 028-2018."};
}

Problem CheckTimes(const v1::InvitationContent& c) {
  absl::CivilDay day;
  absl::CivilMinute starts, ends;
  if (!ToCivilDay(c.issue_date(), &day)) {
    return FieldProblem{"issue_date", "is not a day", "Write it as 2018-03-30, without quotes."};
  }
  if (!ParseLocalTime(c.starts_at(), &starts)) {
    return FieldProblem{"starts", "is not a local date and time",
                        "Write it as 2018-05-31T09:00:00, without quotes."};
  }
  if (!ParseLocalTime(c.ends_at(), &ends)) {
    return FieldProblem{"ends", "is not a local date and time",
                        "Write it as 2018-05-31T17:00:00, without quotes."};
  }
  absl::TimeZone zone;
  if (!LoadZone(c.time_zone(), &zone)) {
    return FieldProblem{"time_zone", absl::StrCat("is no known time zone: ", c.time_zone()),
                        "Write a name such as Europe/Paris."};
  }
  if (ends <= starts) {
    return FieldProblem{"ends", "is not after the start", "Correct starts or ends."};
  }
  if (c.has_reply_deadline() && !ToCivilDay(c.reply_deadline(), &day)) {
    return FieldProblem{"reply_deadline", "is not a day",
                        "Write it as 2018-05-20, without quotes."};
  }
  if (!c.has_not_after() || c.not_after().nanos() < 0 || c.not_after().nanos() > 999'999'999) {
    return FieldProblem{"not_after", "is missing", "Write when mails must stop leaving."};
  }
  return std::nullopt;
}

Problem CheckOrganiser(const v1::Organiser& organiser, const std::string& where) {
  if (Problem p = CheckLine(where + ".name", organiser.display_name(), true)) return p;
  if (Problem p = CheckLine(where + ".post", organiser.signatory_post(), true)) return p;
  if (Problem p = CheckLine(where + ".signatory", organiser.signatory_name(), false)) return p;
  if (!organiser.node().empty() && organiser.node().size() != NodeId::kSize) {
    return FieldProblem{where + ".node", "is no node id", "Name a partner by alias or node id."};
  }
  return std::nullopt;
}

Problem CheckOrganisers(const v1::InvitationContent& c) {
  if (c.organisers().empty()) {
    return FieldProblem{"organisers", "is missing", "Add an [[organisers]] table for each."};
  }
  if (c.organisers_size() > kMaxOrganisers) {
    return FieldProblem{"organisers", absl::StrCat("has more than ", kMaxOrganisers, " entries"),
                        "Name the main organisers here and the others in the letter."};
  }
  bool issuer_signs = false;
  for (int i = 0; i < c.organisers_size(); ++i) {
    const v1::Organiser& organiser = c.organisers(i);
    const std::string where = absl::StrCat("organisers[", i + 1, "]");
    if (Problem problem = CheckOrganiser(organiser, where)) return problem;
    for (int j = 0; j < i; ++j) {
      if (!organiser.node().empty() && organiser.node() == c.organisers(j).node()) {
        return FieldProblem{where + ".node", "stands twice", "Name each organiser once."};
      }
    }
    issuer_signs = issuer_signs || organiser.node() == c.issuer();
  }
  if (!issuer_signs) {
    return FieldProblem{"organisers", "does not name the issuing node",
                        "Add node = \"...\" with this node's alias to one organiser."};
  }
  return std::nullopt;
}

Problem CheckLanguages(const v1::InvitationContent& c) {
  bool good = c.languages_size() >= 1 && c.languages_size() <= 2 && c.languages(0) == "fr";
  if (c.languages_size() == 2) good = good && c.languages(1) == "en";
  if (good) return std::nullopt;
  return FieldProblem{"languages", "is neither [\"fr\"] nor [\"fr\", \"en\"]",
                      "French comes first; English may follow."};
}

Problem CheckBody(const v1::InvitationContent& c) {
  const std::string& body = c.body_markdown();
  if (absl::StripAsciiWhitespace(body).empty()) {
    return FieldProblem{"body", "is empty", "Write the letter below the second +++."};
  }
  if (body.size() > kMaxBodyBytes) {
    return FieldProblem{"body", absl::StrCat("is longer than ", kMaxBodyBytes, " bytes"),
                        "Shorten the letter."};
  }
  if (!IsCleanText(body, true)) {
    return FieldProblem{"body", "holds a control character or bad UTF-8",
                        "Save the file as UTF-8."};
  }
  return std::nullopt;
}

absl::Time Instant(const v1::InvitationContent& content, const std::string& local) {
  absl::TimeZone zone;
  absl::CivilMinute time;
  LoadZone(content.time_zone(), &zone);
  ParseLocalTime(local, &time);
  return absl::FromCivil(time, zone);
}

// A warning about a written date, or an empty string.
std::string Contradiction(const WrittenDate& written, absl::CivilDay event) {
  const absl::CivilDay day(written.year ? written.year : event.year(), written.month, written.day);
  const bool on_event_day = written.month == event.month() && written.day == event.day();
  if (on_event_day && day.year() != event.year()) {
    return absl::StrFormat("The letter says \"%s\", but the event starts in %d.", written.text,
                           event.year());
  }
  if (absl::GetWeekday(day) == written.weekday) return "";
  return absl::StrFormat("The letter says \"%s\", but that day is a %s.", written.text,
                         FrenchWeekday(day));
}

}  // namespace

std::optional<FieldProblem> CheckContent(const v1::InvitationContent& content) {
  for (auto check :
       {CheckLines, CheckReference, CheckTimes, CheckOrganisers, CheckLanguages, CheckBody}) {
    if (Problem problem = check(content)) return problem;
  }
  if (content.issuer().size() != NodeId::kSize) {
    return FieldProblem{"issuer", "is no node id", ""};
  }
  if (absl::StripAsciiWhitespace(content.audience_filter()).empty()) {
    return FieldProblem{"audience", "is missing",
                        "Write a filter, such as territory:REGION/32 for a whole region."};
  }
  if (content.audience_filter().size() > 10'000 || !IsCleanText(content.audience_filter(), true)) {
    return FieldProblem{"audience", "is too long or no text", "Shorten the filter."};
  }
  if (!IsMailbox(content.reply_to())) {
    return FieldProblem{"reply_to", absl::StrCat("is no mailbox: ", content.reply_to()),
                        "Write it as contact@example.org, in lower case."};
  }
  return std::nullopt;
}

std::vector<std::string> ContentWarnings(const v1::InvitationContent& content, absl::Time now) {
  std::vector<std::string> warnings;
  absl::CivilMinute starts, ends;
  absl::CivilDay deadline;
  ParseLocalTime(content.starts_at(), &starts);
  ParseLocalTime(content.ends_at(), &ends);
  if (EventStart(content) < now) {
    warnings.push_back(absl::StrCat("The event is in the past: ", FrenchSpan(starts, ends), "."));
  }
  if (content.has_reply_deadline() && ToCivilDay(content.reply_deadline(), &deadline) &&
      deadline > absl::CivilDay(starts)) {
    warnings.push_back(absl::StrCat("The reply deadline, ", FrenchDay(deadline),
                                    ", is after the start of the event."));
  }
  if (NotAfter(content) > EventEnd(content)) {
    warnings.push_back("not_after lies after the end of the event: mails may still leave then.");
  }
  for (const std::string* text : {&content.subject(), &content.title(), &content.body_markdown()}) {
    for (const WrittenDate& written : FindWrittenDates(*text)) {
      std::string warning = Contradiction(written, absl::CivilDay(starts));
      if (!warning.empty()) warnings.push_back(std::move(warning));
    }
  }
  return warnings;
}

std::string ContentHash(absl::string_view serialised_content) {
  return std::string(Sha256::Of(serialised_content).bytes());
}

std::string LetterSubject(const v1::InvitationContent& content) {
  const bool changed = !content.change_note().empty();
  const absl::string_view word = content.cancelled() ? "Annulation : "
                                 : changed           ? "Modification : "
                                                     : "";
  return absl::StrCat(word, content.subject());
}

std::string LetterBody(const v1::InvitationContent& content) {
  if (content.change_note().empty()) return content.body_markdown();
  const bool english = content.languages_size() > 1;
  std::string head = content.cancelled() ? "**Cette rencontre n'aura pas lieu.**"
                                         : "**Cette invitation remplace la précédente.**";
  if (english) {
    absl::StrAppend(
        &head, " *",
        content.cancelled() ? "The event is cancelled." : "This replaces the former invitation.",
        "*");
  }
  std::string note;
  for (const char c : content.change_note()) {
    // It is a line of text, not of CommonMark.
    if (absl::ascii_ispunct(static_cast<unsigned char>(c))) note.push_back('\\');
    note.push_back(c);
  }
  return absl::StrCat(head, "\n\n", note, "\n\n", content.body_markdown());
}

std::string InvitationName(const NodeId& issuer, absl::string_view reference) {
  return absl::StrCat("nodes/", ToText(issuer), "/invitations/", reference);
}

absl::Time EventStart(const v1::InvitationContent& content) {
  return Instant(content, content.starts_at());
}

absl::Time EventEnd(const v1::InvitationContent& content) {
  return Instant(content, content.ends_at());
}

absl::Time NotAfter(const v1::InvitationContent& content) {
  return absl::FromUnixSeconds(content.not_after().seconds()) +
         absl::Nanoseconds(content.not_after().nanos());
}

absl::Time RepliesUntil(const v1::InvitationContent& content) {
  absl::TimeZone zone;
  absl::CivilDay day;
  LoadZone(content.time_zone(), &zone);
  if (content.has_reply_deadline() && ToCivilDay(content.reply_deadline(), &day)) {
    return absl::FromCivil(day + 1, zone);
  }
  return NotAfter(content) > EventEnd(content) ? NotAfter(content) : EventStart(content);
}

bool LoadZone(const std::string& name, absl::TimeZone* zone) {
  const bool good = !name.empty() && name.size() <= kMaxZoneBytes &&
                    absl::ascii_isalpha(static_cast<unsigned char>(name.front())) &&
                    std::all_of(name.begin(), name.end(), [](char c) {
                      return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '/' ||
                             c == '_' || c == '-' || c == '+';
                    });
  if (good) return absl::LoadTimeZone(name, zone);
  *zone = absl::UTCTimeZone();
  return false;
}

bool IsCleanText(absl::string_view text, bool lines) {
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    const bool line_end = c == '\n' || c == '\r' || c == '\t';
    // U+2028 and U+2029 break lines in some mail programs.
    const bool control = (c >= 0 && c < 0x20) || (c >= 0x7F && c < 0xA0) || c == 0x2028 ||
                         c == 0x2029 || (c >= 0x202A && c <= 0x202E);
    if (c < 0 || (control && !(lines && line_end))) return false;
  }
  return true;
}

}  // namespace maillage::broadcast

#include "server/broadcast/mail/calendar.h"

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "server/broadcast/content.h"
#include "server/broadcast/wording.h"

namespace maillage::broadcast {
namespace {

constexpr size_t kMaxLineBytes = 75;
constexpr const char* kWeekdays[] = {"MO", "TU", "WE", "TH", "FR", "SA", "SU"};

// One property, folded so that no character is cut.
std::string Line(absl::string_view property) {
  std::string out;
  size_t column = 0;
  for (size_t at = 0; at < property.size();) {
    size_t end = at + 1;
    while (end < property.size() && (static_cast<unsigned char>(property[end]) & 0xC0) == 0x80) {
      ++end;
    }
    if (column + (end - at) > kMaxLineBytes) {
      out += "\n ";
      column = 1;
    }
    absl::StrAppend(&out, property.substr(at, end - at));
    column += end - at;
    at = end;
  }
  return out + "\n";
}

std::string Escape(absl::string_view text) {
  return absl::StrReplaceAll(text, {{"\\", "\\\\"}, {";", "\\;"}, {",", "\\,"}, {"\n", "\\n"}});
}

// A parameter's value: quotes and control characters cannot stand in it.
std::string Quoted(absl::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    const bool control = (c >= 0 && c < 0x20) || c == 0x7F;
    quoted.push_back(control ? ' ' : c == '"' ? '\'' : c);
  }
  return quoted + "\"";
}

std::string Utc(absl::Time time) {
  return absl::FormatTime("%Y%m%dT%H%M%SZ", time, absl::UTCTimeZone());
}

std::string Local(absl::CivilSecond time) {
  return absl::StrFormat("%04d%02d%02dT%02d%02d%02d", time.year(), time.month(), time.day(),
                         time.hour(), time.minute(), time.second());
}

std::string Offset(int seconds) {
  const int minutes = std::abs(seconds) / 60;
  return absl::StrFormat("%c%02d%02d", seconds < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

// A change of a zone's offset.
struct Change {
  absl::CivilSecond when;  // by the clock before it
  int from = 0;            // offsets, seconds
  int to = 0;
  bool summer = false;
  std::string name;
};

std::vector<Change> ChangesBetween(const absl::TimeZone& zone, absl::Time first, absl::Time last) {
  std::vector<Change> changes;
  absl::TimeZone::CivilTransition transition;
  for (absl::Time at = first; zone.NextTransition(at, &transition);) {
    at = zone.At(transition.to).trans;
    if (at >= last) break;
    const auto after = zone.At(at);
    const auto before = zone.At(at - absl::Seconds(1));
    changes.push_back(
        {transition.from, before.offset, after.offset, after.is_dst, after.zone_abbr});
  }
  return changes;
}

// In which week of its month a day is; -1 for the last.
int WeekOf(absl::CivilDay day, bool from_end) {
  const absl::CivilDay next_month(absl::CivilMonth(day) + 1);
  if (from_end) return day + 7 >= next_month ? -1 : 0;
  return (day.day() - 1) / 7 + 1;
}

bool SameRule(const Change& a, const Change& b) {
  return a.when.month() == b.when.month() && absl::GetWeekday(a.when) == absl::GetWeekday(b.when) &&
         a.from == b.from && a.to == b.to && a.when.hour() == b.when.hour() &&
         a.when.minute() == b.when.minute();
}

// The yearly rule that all these changes follow; empty where there is none.
std::string RuleOf(const std::vector<Change>& changes) {
  for (const bool from_end : {true, false}) {
    const absl::CivilDay first(changes.front().when);
    const int week = WeekOf(first, from_end);
    const bool all = std::all_of(changes.begin(), changes.end(), [&](const Change& change) {
      return SameRule(changes.front(), change) &&
             WeekOf(absl::CivilDay(change.when), from_end) == week;
    });
    if (week == 0 || !all) continue;
    return absl::StrCat("RRULE:FREQ=YEARLY;BYMONTH=", first.month(), ";BYDAY=", week,
                        kWeekdays[static_cast<int>(absl::GetWeekday(first))]);
  }
  return "";
}

std::string Observance(const Change& change, const std::string& rule) {
  const char* kind = change.summer ? "DAYLIGHT" : "STANDARD";
  std::string text = absl::StrCat("BEGIN:", kind, "\nDTSTART:", Local(change.when),
                                  "\nTZOFFSETFROM:", Offset(change.from),
                                  "\nTZOFFSETTO:", Offset(change.to), "\n");
  if (!change.name.empty()) absl::StrAppend(&text, Line(absl::StrCat("TZNAME:", change.name)));
  if (!rule.empty()) absl::StrAppend(&text, rule, "\n");
  return absl::StrCat(text, "END:", kind, "\n");
}

// The zone around the event: by rules where the years about it follow one, by
// its single changes otherwise.
std::string ZoneText(const v1::InvitationContent& content) {
  absl::TimeZone zone;
  LoadZone(content.time_zone(), &zone);
  const absl::CivilYear year(absl::ToCivilYear(EventStart(content), zone));
  const absl::Time from = absl::FromCivil(year - 1, zone);
  const std::vector<Change> changes = ChangesBetween(zone, from, absl::FromCivil(year + 2, zone));
  std::string text =
      absl::StrCat("BEGIN:VTIMEZONE\n", Line(absl::StrCat("TZID:", content.time_zone())));
  std::string single;
  for (const bool summer : {true, false}) {
    std::vector<Change> kind;
    std::copy_if(changes.begin(), changes.end(), std::back_inserter(kind),
                 [summer](const Change& change) { return change.summer == summer; });
    const std::string rule = kind.size() == 3 ? RuleOf(kind) : "";
    if (!rule.empty()) absl::StrAppend(&text, Observance(kind.front(), rule));
    if (!rule.empty()) continue;
    for (const Change& change : kind) absl::StrAppend(&single, Observance(change, ""));
  }
  if (!single.empty() || changes.empty()) {
    const auto before = zone.At(from);
    const Change first{absl::CivilSecond(1970, 1, 1), before.offset, before.offset, before.is_dst,
                       before.zone_abbr};
    absl::StrAppend(&text, Observance(first, ""), single);
  }
  return text + "END:VTIMEZONE\n";
}

std::string When(const v1::InvitationContent& content, const char* name, const std::string& local) {
  absl::CivilMinute time;
  ParseLocalTime(local, &time);
  return Line(
      absl::StrCat(name, ";TZID=", content.time_zone(), ":", Local(absl::CivilSecond(time))));
}

std::string EventText(const v1::InvitationContent& content, const CalendarOptions& options) {
  std::string description = absl::StrCat(content.subject(), "\nREF : ", content.reference());
  if (!options.page.empty()) absl::StrAppend(&description, "\n", options.page);
  std::string text = absl::StrCat("BEGIN:VEVENT\n", Line(absl::StrCat("UID:", content.uid())),
                                  "SEQUENCE:", content.sequence(), "\nDTSTAMP:", Utc(options.stamp),
                                  "\n", When(content, "DTSTART", content.starts_at()),
                                  When(content, "DTEND", content.ends_at()));
  const std::string venue = absl::StrCat(content.venue_name(), ", ", content.venue_address());
  absl::StrAppend(&text, Line(absl::StrCat("SUMMARY:", Escape(content.title()))),
                  Line(absl::StrCat("LOCATION:", Escape(venue))),
                  Line(absl::StrCat("DESCRIPTION:", Escape(description))),
                  Line(absl::StrCat("ORGANIZER;CN=", Quoted(content.organisers(0).display_name()),
                                    ":mailto:", content.reply_to())));
  if (!options.page.empty()) absl::StrAppend(&text, Line(absl::StrCat("URL:", options.page)));
  return absl::StrCat(text, options.attendee,
                      content.cancelled() ? "STATUS:CANCELLED\nTRANSP:TRANSPARENT"
                                          : "STATUS:CONFIRMED\nTRANSP:OPAQUE",
                      "\nEND:VEVENT\n");
}

}  // namespace

std::string CalendarText(const v1::InvitationContent& content, const CalendarOptions& options) {
  return absl::StrCat("BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//Maillage territorial//FR\n",
                      "CALSCALE:GREGORIAN\nMETHOD:", options.method, "\n", ZoneText(content),
                      EventText(content, options), "END:VCALENDAR\n");
}

std::string AttendeeLines(absl::string_view display_name, absl::string_view mailbox, bool rsvp) {
  const absl::string_view name = display_name.empty() ? mailbox : display_name;
  return Line(absl::StrCat("ATTENDEE;CN=", Quoted(name),
                           ";CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=",
                           rsvp ? "TRUE" : "FALSE", ":mailto:", mailbox));
}

}  // namespace maillage::broadcast

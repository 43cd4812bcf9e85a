#include "server/broadcast/invitation_file.h"

#include <toml++/toml.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/broadcast/wording.h"

namespace maillage::broadcast {
namespace {

constexpr absl::string_view kFence = "+++";

absl::Status Bad(int64_t line, absl::string_view field, absl::string_view what,
                 absl::string_view mend) {
  return InvalidArgument("BAD_INVITATION_FILE", absl::StrCat("line ", line, ": ", field, " ", what),
                         mend);
}

// Collects values out of TOML tables, and remembers where each stood. Lines
// count from the file's first line; the fence is line 1, so TOML's are one up.
class TableReader {
 public:
  // `prefix` stands before the keys in messages: "venue.".
  TableReader(const toml::table& table, std::string prefix, std::map<std::string, int64_t>* lines)
      : table_(table), prefix_(std::move(prefix)), lines_(lines) {}

  absl::Status RefuseUnknown(const std::vector<absl::string_view>& known) const {
    for (const auto& [key, node] : table_) {
      const absl::string_view name(key.str().data(), key.str().size());
      if (std::find(known.begin(), known.end(), name) != known.end()) continue;
      return Bad(Line(key.source()), absl::StrCat(prefix_, name), "is no known key",
                 absl::StrCat("Known here: ", absl::StrJoin(known, ", "), "."));
    }
    return absl::OkStatus();
  }

  absl::Status Text(absl::string_view key, std::string* value) const {
    const toml::node* node = Find(key);
    if (node == nullptr) return absl::OkStatus();
    if (!node->is_string()) {
      return Bad(Line(node->source()), absl::StrCat(prefix_, key), "is not text",
                 "Put it between double quotes.");
    }
    *value = std::string(absl::StripAsciiWhitespace(node->as_string()->get()));
    return absl::OkStatus();
  }

  absl::Status Day(absl::string_view key, v1::Date* (v1::InvitationContent::*field)(),
                   v1::InvitationContent* content) const {
    const toml::node* node = Find(key);
    if (node == nullptr) return absl::OkStatus();
    if (!node->is_date()) {
      return Bad(Line(node->source()), absl::StrCat(prefix_, key), "is not a day",
                 "Write it as 2018-03-30, without quotes.");
    }
    const toml::date date = node->as_date()->get();
    *(content->*field)() = ToDate(absl::CivilDay(date.year, date.month, date.day));
    return absl::OkStatus();
  }

  absl::Status LocalTime(absl::string_view key, std::string* value) const {
    const toml::node* node = Find(key);
    if (node == nullptr) return absl::OkStatus();
    if (!node->is_date_time() || !node->as_date_time()->get().is_local()) {
      return Bad(Line(node->source()), absl::StrCat(prefix_, key), "is not a local date and time",
                 "Write it as 2018-05-31T09:00:00, without quotes and offset.");
    }
    *value = FormatLocalTime(Civil(node->as_date_time()->get()));
    return absl::OkStatus();
  }

  // Null where there is no such key; remembers its line.
  const toml::node* Find(absl::string_view key) const {
    const toml::node* node = table_.get(std::string_view(key.data(), key.size()));
    if (node != nullptr) (*lines_)[absl::StrCat(prefix_, key)] = Line(node->source());
    return node;
  }

  static int64_t Line(const toml::source_region& source) { return source.begin.line + 1; }
  static absl::CivilSecond Civil(const toml::date_time& t) {
    return absl::CivilSecond(t.date.year, t.date.month, t.date.day, t.time.hour, t.time.minute,
                             t.time.second);
  }

 private:
  const toml::table& table_;
  const std::string prefix_;
  std::map<std::string, int64_t>* const lines_;
};

struct Parts {
  std::string toml;
  std::string body;
};

absl::StatusOr<Parts> Split(absl::string_view file) {
  absl::ConsumePrefix(&file, "\xEF\xBB\xBF");
  const std::string text = absl::StrReplaceAll(file, {{"\r\n", "\n"}});
  if (!absl::StartsWith(text, "+++\n")) {
    return Bad(1, "front matter", "is missing",
               "Begin the file with a line +++ and close the front matter with another.");
  }
  const size_t close = text.find("\n+++\n", kFence.size());
  if (close == std::string::npos) {
    return Bad(1, "front matter", "is not closed", "Write a line +++ above the letter.");
  }
  return Parts{text.substr(kFence.size() + 1, close - kFence.size()),
               std::string(absl::StripAsciiWhitespace(text.substr(close + 5)))};
}

// The only place that sees an exception of the TOML library.
absl::StatusOr<toml::table> ParseToml(const std::string& text) {
  try {
    return toml::parse(text);
  } catch (const toml::parse_error& error) {
    return Bad(TableReader::Line(error.source()), "front matter",
               absl::StrCat("is no TOML: ", std::string(error.description())),
               "Texts stand between double quotes; dates stand without.");
  }
}

absl::Status ReadLanguages(const TableReader& reader, v1::InvitationContent* content) {
  const toml::node* node = reader.Find("languages");
  if (node == nullptr) {
    content->add_languages("fr");
    return absl::OkStatus();
  }
  if (!node->is_array() || !node->as_array()->is_homogeneous<std::string>()) {
    return Bad(TableReader::Line(node->source()), "languages", "is not a list of texts",
               "Write languages = [\"fr\"] or [\"fr\", \"en\"].");
  }
  for (const toml::node& language : *node->as_array()) {
    content->add_languages(language.as_string()->get());
  }
  return absl::OkStatus();
}

absl::Status ReadCapacity(const TableReader& reader, v1::InvitationContent* content) {
  const toml::node* node = reader.Find("capacity");
  if (node == nullptr) return absl::OkStatus();
  const std::optional<int64_t> seats = node->value_exact<int64_t>();
  if (!seats.has_value() || *seats < 1 || *seats > 1'000'000) {
    return Bad(TableReader::Line(node->source()), "capacity", "is not a number of seats",
               "Write a whole number from 1 to 1000000, or leave it out.");
  }
  content->set_capacity(static_cast<uint32_t>(*seats));
  return absl::OkStatus();
}

// Runs after the time zone was read. A bad zone is CheckContent's to refuse.
absl::Status ReadNotAfter(const TableReader& reader, v1::InvitationContent* content) {
  absl::TimeZone zone;
  LoadZone(content->time_zone(), &zone);
  const toml::node* node = reader.Find("not_after");
  absl::Time time = EventEnd(*content);
  if (node != nullptr && node->is_date()) {
    const toml::date date = node->as_date()->get();
    time = absl::FromCivil(absl::CivilDay(date.year, date.month, date.day) + 1, zone) -
           absl::Seconds(1);
  } else if (node != nullptr && node->is_date_time()) {
    const toml::date_time& when = node->as_date_time()->get();
    if (!when.is_local()) {
      zone = absl::FixedTimeZone(when.offset->minutes * 60);
    }
    time = absl::FromCivil(TableReader::Civil(when), zone);
  } else if (node != nullptr) {
    return Bad(TableReader::Line(node->source()), "not_after", "is not a date and time",
               "Write it as 2018-05-31T17:00:00, without quotes.");
  }
  content->mutable_not_after()->set_seconds(absl::ToUnixSeconds(time));
  return absl::OkStatus();
}

absl::Status ReadVenue(const toml::table& table, std::map<std::string, int64_t>* lines,
                       v1::InvitationContent* content) {
  const toml::node* node = table.get("venue");
  if (node == nullptr) return absl::OkStatus();
  if (!node->is_table()) {
    return Bad(TableReader::Line(node->source()), "venue", "is not a table",
               "Write [venue], and name and address below it.");
  }
  (*lines)["venue"] = TableReader::Line(node->source());
  const TableReader reader(*node->as_table(), "venue.", lines);
  RETURN_IF_ERROR(reader.RefuseUnknown({"name", "address"}));
  RETURN_IF_ERROR(reader.Text("name", content->mutable_venue_name()));
  return reader.Text("address", content->mutable_venue_address());
}

absl::Status ReadOrganiser(const TableReader& reader, const std::string& where,
                           const ResolveNode& resolve, v1::Organiser* organiser) {
  RETURN_IF_ERROR(reader.RefuseUnknown({"name", "node", "post", "signatory"}));
  RETURN_IF_ERROR(reader.Text("name", organiser->mutable_display_name()));
  RETURN_IF_ERROR(reader.Text("post", organiser->mutable_signatory_post()));
  RETURN_IF_ERROR(reader.Text("signatory", organiser->mutable_signatory_name()));
  std::string alias;
  RETURN_IF_ERROR(reader.Text("node", &alias));
  if (alias.empty()) return absl::OkStatus();
  absl::StatusOr<NodeId> node = resolve(alias);
  if (!node.ok()) {
    return Bad(TableReader::Line(reader.Find("node")->source()), where + ".node",
               absl::StrCat("names no partner: ", node.status().message()),
               "Pair with it first, or leave node out for an organiser without a node.");
  }
  organiser->set_node(std::string(node->bytes()));
  return absl::OkStatus();
}

absl::Status ReadOrganisers(const toml::table& table, const ResolveNode& resolve,
                            std::map<std::string, int64_t>* lines, v1::InvitationContent* content) {
  const toml::node* node = table.get("organisers");
  if (node == nullptr) return absl::OkStatus();
  (*lines)["organisers"] = TableReader::Line(node->source());
  if (!node->is_array_of_tables()) {
    return Bad(TableReader::Line(node->source()), "organisers", "is not a list of tables",
               "Write [[organisers]] above each.");
  }
  for (const toml::node& entry : *node->as_array()) {
    const std::string where = absl::StrCat("organisers[", content->organisers_size() + 1, "]");
    (*lines)[where] = TableReader::Line(entry.source());
    const TableReader reader(*entry.as_table(), where + ".", lines);
    RETURN_IF_ERROR(ReadOrganiser(reader, where, resolve, content->add_organisers()));
  }
  return absl::OkStatus();
}

absl::Status ReadFields(const TableReader& reader, v1::InvitationContent* content) {
  using C = v1::InvitationContent;
  RETURN_IF_ERROR(reader.RefuseUnknown({"reference", "issue_place", "issue_date", "subject",
                                        "title", "starts", "ends", "time_zone", "venue",
                                        "organisers", "audience", "reply_deadline", "capacity",
                                        "languages", "not_after", "reply_to", "change"}));
  RETURN_IF_ERROR(reader.Text("reference", content->mutable_reference()));
  RETURN_IF_ERROR(reader.Text("issue_place", content->mutable_issue_place()));
  RETURN_IF_ERROR(reader.Day("issue_date", &C::mutable_issue_date, content));
  RETURN_IF_ERROR(reader.Text("subject", content->mutable_subject()));
  RETURN_IF_ERROR(reader.Text("title", content->mutable_title()));
  RETURN_IF_ERROR(reader.LocalTime("starts", content->mutable_starts_at()));
  RETURN_IF_ERROR(reader.LocalTime("ends", content->mutable_ends_at()));
  content->set_time_zone("Europe/Paris");
  RETURN_IF_ERROR(reader.Text("time_zone", content->mutable_time_zone()));
  RETURN_IF_ERROR(reader.Text("audience", content->mutable_audience_filter()));
  RETURN_IF_ERROR(reader.Day("reply_deadline", &C::mutable_reply_deadline, content));
  RETURN_IF_ERROR(reader.Text("reply_to", content->mutable_reply_to()));
  RETURN_IF_ERROR(reader.Text("change", content->mutable_change_note()));
  RETURN_IF_ERROR(ReadCapacity(reader, content));
  RETURN_IF_ERROR(ReadLanguages(reader, content));
  return ReadNotAfter(reader, content);
}

// The line of a field, or of what holds it, or of the end of the front matter.
int64_t LineOf(std::string field, const std::map<std::string, int64_t>& lines, int64_t last) {
  while (!field.empty()) {
    if (auto it = lines.find(field); it != lines.end()) return it->second;
    const size_t dot = field.rfind('.');
    field.resize(dot == std::string::npos ? 0 : dot);
  }
  return last;
}

}  // namespace

absl::StatusOr<InvitationFile> ParseInvitationFile(absl::string_view file, const NodeId& issuer,
                                                   const ResolveNode& resolve, absl::Time now) {
  ASSIGN_OR_RETURN(const Parts parts, Split(file));
  ASSIGN_OR_RETURN(const toml::table table, ParseToml(parts.toml));
  InvitationFile result;
  v1::InvitationContent& content = result.content;
  content.set_issuer(std::string(issuer.bytes()));
  std::map<std::string, int64_t> lines;
  RETURN_IF_ERROR(ReadFields(TableReader(table, "", &lines), &content));
  RETURN_IF_ERROR(ReadVenue(table, &lines, &content));
  RETURN_IF_ERROR(ReadOrganisers(table, resolve, &lines, &content));
  content.set_body_markdown(parts.body);
  content.set_uid(absl::StrCat(content.reference(), "@", ToText(issuer), ".maillage"));
  const int64_t last = 2 + std::count(parts.toml.begin(), parts.toml.end(), '\n');
  lines["body"] = last + 1;
  if (const std::optional<FieldProblem> problem = CheckContent(content)) {
    return Bad(LineOf(problem->field, lines, last), problem->field, problem->what, problem->mend);
  }
  result.warnings = ContentWarnings(content, now);
  return result;
}

}  // namespace maillage::broadcast

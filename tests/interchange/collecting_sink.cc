#include "tests/interchange/collecting_sink.h"

#include <algorithm>
#include <fstream>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

std::string Word(absl::string_view name, absl::string_view prefix) {
  return std::string(absl::StripPrefix(name, prefix));
}

void DescribeMemberships(const v1::Actor& actor, std::string* out) {
  for (const v1::Membership& m : actor.memberships()) {
    absl::StrAppend(out, " {", Word(v1::MembershipType_Name(m.type()), "MEMBERSHIP_TYPE_"), " ",
                    m.organisation_name(), "/",
                    Word(v1::OrganisationType_Name(m.organisation_type()), "ORGANISATION_TYPE_"),
                    ": ", m.role(), m.has_start() ? " " + FormatDate(m.start()) : "");
    for (const auto& t : m.territories()) absl::StrAppend(out, " @", t.level(), ":", t.code());
    absl::StrAppend(out, "}");
  }
}

void DescribeContacts(const v1::Actor& actor, std::string* out) {
  for (const v1::ContactPoint& point : actor.contact_points()) {
    absl::StrAppend(out, " ");
    if (point.kind() == v1::CONTACT_KIND_POSTAL) {
      absl::StrAppend(out, "[", absl::StrJoin(point.postal().lines(), " / "), " | ",
                      point.postal().postal_code(), " ", point.postal().locality(),
                      point.postal().country().empty() ? "" : " " + point.postal().country(), "]");
    }
    absl::StrAppend(out, point.value(), point.scope() == v1::CONTACT_SCOPE_WORK ? "(W)" : "(P)");
  }
}

}  // namespace

std::string Describe(const Draft& draft) {
  const v1::Actor& actor = draft.actor;
  std::string out = absl::StrCat(draft.line, " ");
  if (actor.kind() == v1::ACTOR_KIND_PERSON) {
    absl::StrAppend(&out, "PERSON ", actor.person_name().honorific(), "/",
                    actor.person_name().given(), "/", actor.person_name().family());
  } else {
    absl::StrAppend(
        &out, Word(v1::OrganisationType_Name(actor.organisation_type()), "ORGANISATION_TYPE_"), " ",
        actor.organisation_name());
    if (!actor.acronym().empty()) absl::StrAppend(&out, " (", actor.acronym(), ")");
  }
  DescribeMemberships(actor, &out);
  DescribeContacts(actor, &out);
  for (const auto& id : actor.identifiers())
    absl::StrAppend(&out, " ", id.scheme(), "=", id.value());
  if (actor.themes_size() > 0) absl::StrAppend(&out, " #", absl::StrJoin(actor.themes(), " #"));
  for (const auto& f : actor.flagged_values()) absl::StrAppend(&out, " !", f.field(), "=", f.raw());
  if (!actor.notes().empty()) absl::StrAppend(&out, " \"", actor.notes(), "\"");
  absl::StrAppend(&out, " <", draft.insee, "|", draft.postal_code, "|", draft.locality, ">");
  return out;
}

absl::Status CollectingSink::OnDraft(Draft draft) {
  records.push_back(Describe(draft));
  drafts.push_back(std::move(draft));
  return absl::OkStatus();
}

void CollectingSink::OnProblem(v1::ImportProblem problem) {
  problems.push_back(absl::StrCat(problem.line(), "|",
                                  v1::ImportProblem::Severity_Name(problem.severity()), "|",
                                  problem.column(), "|", problem.value(), "|", problem.reason()));
}

Outcome Read(const v1::ImportSpec& spec, absl::string_view bytes, size_t piece, Sink* sink) {
  auto reader = NewReader(spec, sink);
  if (!reader.ok()) return {reader.status(), "", {}};
  if (piece == 0) piece = std::max<size_t>(bytes.size(), 1);
  Outcome outcome;
  for (size_t i = 0; i < bytes.size() && outcome.status.ok(); i += piece) {
    outcome.status = (*reader)->Write(bytes.substr(i, piece));
  }
  if (outcome.status.ok()) outcome.status = (*reader)->Finish();
  outcome.dialect = (*reader)->dialect();
  outcome.unused_columns = (*reader)->unused_columns();
  return outcome;
}

std::string TestData(const std::string& name) {
  std::ifstream file(std::string(MAILLAGE_TESTDATA) + "/" + name, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

}  // namespace maillage::interchange

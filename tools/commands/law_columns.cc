// What is shown of notices, objections, retention, and of what stays at home.
#include <string>

#include "absl/strings/str_cat.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/disclosure_service.pb.h"
#include "maillage/v1/objection_service.pb.h"
#include "maillage/v1/share_service.pb.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

std::string ShortName(const v1::Objection& objection, const Locale&) {
  return objection.name().substr(objection.name().rfind('/') + 1);
}

std::string Scope(const v1::Objection& objection, const Locale& locale) {
  if (locale.raw || objection.scope() != "all") return objection.scope();
  return std::string(Translate(locale.language, "everything"));
}

// What lets the records out.
std::string Mend(const v1::HeldBackCount& held, const Locale& locale) {
  const auto text = [&](const char* english) {
    return std::string(Translate(locale.language, english));
  };
  switch (held.why()) {
    case v1::HELD_BACK_NOTICE:
      return text("maillage actor notice, once they were told");
    case v1::HELD_BACK_CITIZEN:
      return text("a filter that names category = CITIZEN");
    case v1::HELD_BACK_RESTRICTED:
      return text("when the restriction ends: restricted=false");
    default:
      return text("only the person can take it back");
  }
}

std::string Changes(const v1::Disclosure& disclosure, const Locale&) {
  return absl::StrCat(disclosure.changes_size());
}

std::string Recipients(const v1::Disclosure& disclosure, const Locale&) {
  return absl::StrCat(disclosure.recipients_size());
}

std::string Invitations(const v1::Disclosure& disclosure, const Locale&) {
  return absl::StrCat(disclosure.invitations_size());
}

std::string Objections(const v1::Disclosure& disclosure, const Locale&) {
  return absl::StrCat(disclosure.objections_size());
}

}  // namespace

const std::vector<Column>& DisclosureDetails() {
  static const auto& columns =
      *new std::vector<Column>{{"Controller", "controller"},
                               {"Name", "actor.name"},
                               {"Source", "actor.source"},
                               {"Legal basis", "actor.legal_basis"},
                               {"Disclosed to", "", 0, &Render<v1::Disclosure, &Recipients>},
                               {"Invited", "", 0, &Render<v1::Disclosure, &Invitations>},
                               {"Objections", "", 0, &Render<v1::Disclosure, &Objections>},
                               {"Changes", "", 0, &Render<v1::Disclosure, &Changes>}};
  return columns;
}

const std::vector<Column>& DisclosedRecipientColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Partner", "partner", kWhole}, {"Share", "share"}, {"View", "view"}, {"Has it", "current"}};
  return columns;
}

const std::vector<Column>& HeldBackColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Stay at home", "why"},
                               {"Actors", "count"},
                               {"What lets them out", "", 0, &Render<v1::HeldBackCount, &Mend>}};
  return columns;
}

const std::vector<Column>& AuditEntryColumns() {
  static const auto& columns = *new std::vector<Column>{
      {"Number", "number"}, {"When", "time"}, {"By", "who"}, {"What", "what", kWhole}};
  return columns;
}

const std::vector<Column>& VerifiedAuditDetails() {
  static const auto& columns =
      *new std::vector<Column>{{"Lines", "entries"}, {"Hash of the last", "head_hash"}};
  return columns;
}

const std::vector<Column>& NoticeCountDetails() {
  static const auto& columns = *new std::vector<Column>{
      {"Recorded", "recorded"}, {"Unchanged", "unchanged"}, {"Without a notice", "passed_over"}};
  return columns;
}

const std::vector<Column>& ObjectionColumns() {
  static const auto& columns =
      *new std::vector<Column>{{"Objects to", "", kWhole, &Render<v1::Objection, &Scope>},
                               {"Since", "create_time"},
                               {"How", "how"},
                               {"By", "who", kOptional},
                               {"ID", "", kWhole, &Render<v1::Objection, &ShortName>}};
  return columns;
}

const std::vector<Column>& ObjectionDetails() {
  static const auto& columns =
      *new std::vector<Column>{{"ID", "name"},
                               {"Objects to", "", 0, &Render<v1::Objection, &Scope>},
                               {"How", "how"},
                               {"By", "who"},
                               {"Since", "create_time"}};
  return columns;
}

}  // namespace maillage::cli

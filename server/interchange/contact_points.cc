// The second part of ContactBuilder: what a row tells beside the name.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "server/interchange/contact_builder.h"
#include "server/interchange/fold.h"
#include "server/interchange/text.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

constexpr size_t kMaxTextBytes = 500;  // what is longer was flagged
constexpr int kMaxThemes = 50;

// Providers of personal mailboxes: an address there is the person's own.
bool IsFreeMail(absl::string_view address) {
  const absl::string_view domain = address.substr(address.find('@') + 1);
  for (const absl::string_view whole :
       {"gmail.com", "orange.fr", "wanadoo.fr", "free.fr", "laposte.net", "sfr.fr", "icloud.com",
        "neuf.fr", "bbox.fr", "numericable.fr", "live.fr", "live.com", "aol.com", "msn.com",
        "me.com", "protonmail.com", "proton.me"}) {
    if (domain == whole) return true;
  }
  const absl::string_view name = domain.substr(0, domain.find('.'));
  return name == "hotmail" || name == "outlook" || name == "yahoo";
}

}  // namespace

// `personal`: by its value it is rather the person's than the function's. What
// the file says goes before that; but nothing of a citizen is for work.
v1::ContactScope ContactBuilder::ScopeOf(v1::ContactScope told, bool personal) const {
  if (!at_work_) return v1::CONTACT_SCOPE_PRIVATE;
  if (told != v1::CONTACT_SCOPE_UNSPECIFIED) return told;
  return personal && IsPerson() ? v1::CONTACT_SCOPE_PRIVATE : v1::CONTACT_SCOPE_WORK;
}

void ContactBuilder::AddContact(v1::ContactKind kind, v1::ContactScope told, bool personal,
                                std::string value) {
  for (const v1::ContactPoint& known : actor_->contact_points()) {
    if (known.kind() == kind && known.value() == value) return;
  }
  v1::ContactPoint* point = actor_->add_contact_points();
  point->set_kind(kind);
  point->set_scope(ScopeOf(told, personal));
  point->set_value(std::move(value));
}

void ContactBuilder::ReadEmails() {
  for (const Value& cell : values_.All(Field::kEmail)) {
    for (Found& found : FindEmails(cell.raw)) {
      const bool full = actor_->contact_points_size() >= kMaxContactPoints;
      if (!found.ok() || full) {
        report_.Flag(cell.column, found.raw, full ? "More than 50 contact points." : found.error,
                     actor_);
        if (full) return;
        continue;
      }
      if (!found.note.empty()) report_.Note(cell.column, found.raw, found.note);
      if (found.value.empty()) {
        AddNote(cell.column, found.raw);
        continue;
      }
      const bool personal = IsFreeMail(found.value);
      AddContact(v1::CONTACT_KIND_EMAIL, cell.scope, personal, std::move(found.value));
    }
  }
}

void ContactBuilder::ReadPhones() {
  for (const Value& cell : values_.All(Field::kPhone)) {
    for (Found& found : FindPhones(cell.raw)) {
      const bool full = actor_->contact_points_size() >= kMaxContactPoints;
      if (!found.ok() || full) {
        report_.Flag(cell.column, found.raw, full ? "More than 50 contact points." : found.error,
                     actor_);
        if (full) return;
        continue;
      }
      if (!found.note.empty()) {
        report_.Note(cell.column, found.raw, found.note);
        if (absl::StartsWith(found.note, "Words")) AddNote(cell.column, found.raw);
      }
      const bool personal = IsMobile(found.value);
      AddContact(v1::CONTACT_KIND_PHONE, cell.scope, personal, std::move(found.value));
    }
  }
}

void ContactBuilder::ReadIdentifiers() {
  for (const Field field : {Field::kSiret, Field::kRna}) {
    for (const Value& cell : values_.All(field)) {
      FoundIdentifier found = ReadIdentifier(cell.text);
      if (!found.ok()) {
        report_.Flag(cell.column, cell.text, found.error, actor_);
        continue;
      }
      if (!found.note.empty()) report_.Note(cell.column, cell.text, found.note);
      if ((found.scheme == "RNA") != (field == Field::kRna)) {
        report_.Note(cell.column, cell.text,
                     absl::StrCat("Read as ", found.scheme, ", not what the heading says."));
      }
      // A person has none: the number is the organisation's.
      if (IsPerson()) {
        AddNote(Report::kWholeLine, absl::StrCat(found.scheme, ": ", found.value));
        continue;
      }
      v1::Identifier* identifier = actor_->add_identifiers();
      identifier->set_scheme(std::move(found.scheme));
      identifier->set_value(std::move(found.value));
    }
  }
}

void ContactBuilder::ReadThemes() {
  for (const Value& cell : values_.All(Field::kTheme)) {
    for (const absl::string_view part :
         absl::StrSplit(cell.text, absl::ByAnyChar(";,/|"), absl::SkipWhitespace())) {
      const std::string theme =
          absl::AsciiStrToUpper(absl::StrReplaceAll(Fold(part), {{" ", "_"}}));
      const auto& known = actor_->themes();
      const bool fresh = std::find(known.begin(), known.end(), theme) == known.end();
      if (theme.empty() || !fresh || known.size() >= kMaxThemes) continue;
      actor_->add_themes(theme);
    }
  }
}

// Its lines as they are. Where an export writes the notes, they are
// not named after their column again.
void ContactBuilder::ReadNote(const Value& note) {
  std::vector<std::string> lines;
  for (const absl::string_view raw :
       absl::StrSplit(note.raw, absl::ByAnyChar("\r\n"), absl::SkipEmpty())) {
    if (std::string line = Clean(raw); !line.empty()) lines.push_back(std::move(line));
  }
  const absl::string_view heading = report_.heading(note.column);
  const bool exported = heading == "Notes" || heading == "NOTE" || heading == "description";
  AddNote(exported ? Report::kWholeLine : note.column, absl::StrJoin(lines, "\n"));
}

// Nothing of the row is lost: what has no field of its own goes to the notes.
void ContactBuilder::ReadLeftovers() {
  for (const Value& note : values_.All(Field::kNote)) ReadNote(note);
  const bool member = actor_->memberships_size() > 0;
  for (const Field field : {Field::kHonorific, Field::kGiven, Field::kFamily, Field::kFullName,
                            Field::kOrganisation, Field::kRole, Field::kLocality, Field::kSince,
                            Field::kCategory, Field::kInsee, Field::kPostalCode}) {
    const bool of_members = field == Field::kRole || field == Field::kSince;
    for (const Value& value : values_.All(field)) {
      const bool first = &value == &values_.All(field).front();
      const bool used = first && (!of_members || member);
      const bool beside = !IsPerson() && &value != name_source_ &&
                          (field == Field::kOrganisation || field == Field::kFullName);
      const bool flagged = IsFormula(value.text) || value.text.size() > kMaxTextBytes;
      if ((!used || beside) && &value != name_source_ && !flagged)
        AddNote(value.column, value.text);
    }
  }
}

}  // namespace maillage::interchange

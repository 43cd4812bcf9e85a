// The second half of ContactBuilder: what a row tells beside the name.
#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "server/interchange/contact_builder.h"
#include "server/interchange/fold.h"
#include "server/interchange/text.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

constexpr size_t kMaxTextBytes = 500;  // what is longer was flagged
constexpr int kMaxContactPoints = 50;
constexpr int kMaxThemes = 50;
constexpr int kMaxAddressLines = 5;  // NF Z10-011

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

bool IsPostalWord(absl::string_view word) {
  return word.size() == 5 && std::all_of(word.begin(), word.end(), absl::ascii_isdigit);
}

// "3 rue du Lavoir 62510 Arques": takes the last postal code and what follows
// it off the line. False where the line holds none.
bool TakePostalCode(std::string* line, std::string* postal_code, std::string* locality) {
  for (size_t end = line->size(); end >= 5; --end) {
    const absl::string_view word = absl::string_view(*line).substr(end - 5, 5);
    const bool starts = end == 5 || (*line)[end - 6] == ' ' || (*line)[end - 6] == ',';
    if (!IsPostalWord(word) || !starts || end + 1 >= line->size() || (*line)[end] != ' ') continue;
    if (absl::ascii_isdigit((*line)[end + 1])) continue;
    *postal_code = std::string(word);
    *locality = line->substr(end + 1);
    line->resize(end - 5);
    while (!line->empty() && (line->back() == ' ' || line->back() == ',')) line->pop_back();
    return true;
  }
  return false;
}

}  // namespace

void ContactBuilder::AddContact(v1::ContactKind kind, v1::ContactScope scope, std::string value) {
  for (const v1::ContactPoint& known : actor_->contact_points()) {
    if (known.kind() == kind && known.value() == value) return;
  }
  v1::ContactPoint* point = actor_->add_contact_points();
  point->set_kind(kind);
  point->set_scope(scope);
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
      const bool work = at_work_ && !(IsPerson() && IsFreeMail(found.value));
      AddContact(v1::CONTACT_KIND_EMAIL, work ? v1::CONTACT_SCOPE_WORK : v1::CONTACT_SCOPE_PRIVATE,
                 std::move(found.value));
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
      const bool work = at_work_ && !(IsPerson() && IsMobile(found.value));
      AddContact(v1::CONTACT_KIND_PHONE, work ? v1::CONTACT_SCOPE_WORK : v1::CONTACT_SCOPE_PRIVATE,
                 std::move(found.value));
    }
  }
}

void ContactBuilder::ReadPlace() {
  if (const Value* insee = values_.First(Field::kInsee)) {
    Found found = ReadInsee(insee->text);
    if (!found.ok()) report_.Flag(insee->column, insee->text, found.error, actor_);
    if (!found.note.empty()) report_.Note(insee->column, insee->text, found.note);
    draft_.insee = std::move(found.value);
  }
  if (const Value* postal = values_.First(Field::kPostalCode)) {
    std::string line = postal->text, locality;
    // The column may hold "62500 SAINT-OMER".
    if (TakePostalCode(&line, &draft_.postal_code, &locality) && line.empty()) {
      draft_.locality = locality;
    } else {
      Found found = ReadPostalCode(postal->text);
      if (!found.ok()) report_.Flag(postal->column, postal->text, found.error, actor_);
      if (!found.note.empty()) report_.Note(postal->column, postal->text, found.note);
      draft_.postal_code = std::move(found.value);
    }
  }
  if (const Value* locality = values_.First(Field::kLocality)) {
    Keep(*locality, &draft_.locality);
  }
  ReadAddress();
}

void ContactBuilder::ReadAddress() {
  v1::PostalAddress postal;
  for (const Value& cell : values_.All(Field::kAddress)) {
    if (IsFormula(cell.text)) {
      std::string unused;
      Keep(cell, &unused);
      continue;
    }
    for (const absl::string_view raw :
         absl::StrSplit(cell.raw, absl::ByAnyChar("\r\n"), absl::SkipEmpty())) {
      std::string line = Clean(raw);
      if (IsPlaceholder(line) && !absl::ascii_isdigit(line[0])) continue;
      if (draft_.postal_code.empty() && draft_.locality.empty()) {
        TakePostalCode(&line, &draft_.postal_code, &draft_.locality);
      }
      line = Cut(line, 120);
      if (line.empty()) continue;
      if (postal.lines_size() < kMaxAddressLines) {
        postal.add_lines(std::move(line));
      } else {
        absl::StrAppend(postal.mutable_lines(kMaxAddressLines - 1), ", ", line);
      }
    }
  }
  const bool reachable = postal.lines_size() > 0 ||
                         (!IsPerson() && !draft_.postal_code.empty() && !draft_.locality.empty());
  if (!reachable) return;
  postal.set_postal_code(draft_.postal_code);
  postal.set_locality(draft_.locality);
  v1::ContactPoint* point = actor_->add_contact_points();
  point->set_kind(v1::CONTACT_KIND_POSTAL);
  point->set_scope(at_work_ ? v1::CONTACT_SCOPE_WORK : v1::CONTACT_SCOPE_PRIVATE);
  *point->mutable_postal() = std::move(postal);
}

void ContactBuilder::ReadIdentifiers() {
  for (const Field field : {Field::kSiret, Field::kRna}) {
    for (const Value& cell : values_.All(field)) {
      FoundIdentifier found = ReadIdentifier(cell.text);
      if (!found.ok()) {
        report_.Flag(cell.column, cell.text, found.error, actor_);
        continue;
      }
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

// Nothing of the row is lost: what has no field of its own goes to the notes.
void ContactBuilder::ReadLeftovers() {
  for (const Value& note : values_.All(Field::kNote)) AddNote(note.column, note.text);
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

// The third part of ContactBuilder: where somebody is.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/interchange/contact_builder.h"
#include "server/interchange/countries.h"
#include "server/interchange/text.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

constexpr int kMaxAddressLines = 5;  // NF Z10-011
constexpr size_t kMaxPostalCode = 16;

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

// Whether the record has something of a country whose postal codes have four
// digits: there, a zero may not be lost.
bool ContactBuilder::IsFromAbroad() const {
  for (const v1::ContactPoint& point : actor_->contact_points()) {
    for (const absl::string_view prefix : {"+32", "+352", "+41", "+43", "+45", "+31"}) {
      if (absl::StartsWith(point.value(), prefix)) return true;
    }
    for (const absl::string_view top : {".be", ".lu", ".ch", ".at", ".dk", ".nl"}) {
      if (absl::EndsWith(point.value(), top)) return true;
    }
  }
  return false;
}

void ContactBuilder::ReadPostalCodeCell(const Value& cell) {
  std::string line = cell.text, locality;
  // The column may hold "62500 SAINT-OMER".
  if (TakePostalCode(&line, &draft_.postal_code, &locality) && line.empty()) {
    draft_.locality = locality;
    return;
  }
  if (!country_.empty()) {
    draft_.postal_code = Cut(cell.text, kMaxPostalCode);
    return;
  }
  Found found = ReadPostalCode(cell.text);
  if (!found.note.empty() && absl::StartsWith(found.value, "0") && IsFromAbroad()) {
    found = {cell.text, "", "", "A French code without its zero, or a foreign one."};
  }
  if (!found.ok()) report_.Flag(cell.column, cell.text, found.error, actor_);
  if (!found.note.empty()) report_.Note(cell.column, cell.text, found.note);
  draft_.postal_code = std::move(found.value);
}

void ContactBuilder::ReadPlace() {
  if (const Value* insee = values_.First(Field::kInsee)) {
    Found found = ReadInsee(insee->text);
    if (!found.ok()) report_.Flag(insee->column, insee->text, found.error, actor_);
    if (!found.note.empty()) report_.Note(insee->column, insee->text, found.note);
    draft_.insee = std::move(found.value);
  }
  if (const Value* country = values_.First(Field::kCountry)) {
    const std::optional<std::string> code = CountryCode(country->text);
    if (!code.has_value()) {
      report_.Flag(country->column, country->text, "This names no country.", actor_);
    }
    country_ = code.value_or("");
  }
  if (const Value* postal = values_.First(Field::kPostalCode)) ReadPostalCodeCell(*postal);
  if (const Value* locality = values_.First(Field::kLocality)) {
    Keep(*locality, &draft_.locality);
  }
  ReadAddress();
  // Abroad there is no commune to look for.
  if (!country_.empty()) {
    draft_.postal_code.clear();
    draft_.locality.clear();
  }
  ReadToldAddresses();
}

// An address with its country said goes by that country's rules, and says
// nothing of French communes where that is abroad.
void ContactBuilder::ReadToldAddresses() {
  for (const ToldAddress& told : values_.addresses) {
    if (actor_->contact_points_size() >= kMaxContactPoints) return;
    v1::ContactPoint* point = actor_->add_contact_points();
    point->set_kind(v1::CONTACT_KIND_POSTAL);
    point->set_scope(ScopeOf(told.scope, false));
    v1::PostalAddress* postal = point->mutable_postal();
    *postal = told.postal;
    if (!postal->country().empty()) continue;
    if (!postal->postal_code().empty()) {
      Found found = ReadPostalCode(postal->postal_code());
      if (!found.ok()) report_.Flag(told.column, postal->postal_code(), found.error, actor_);
      if (!found.note.empty()) report_.Note(told.column, postal->postal_code(), found.note);
      postal->set_postal_code(found.value);
    }
    if (!draft_.postal_code.empty() || !draft_.locality.empty()) continue;
    draft_.postal_code = postal->postal_code();
    draft_.locality = postal->locality();
  }
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
      if (country_.empty() && draft_.postal_code.empty() && draft_.locality.empty()) {
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
  postal.set_country(country_);
  v1::ContactPoint* point = actor_->add_contact_points();
  point->set_kind(v1::CONTACT_KIND_POSTAL);
  point->set_scope(ScopeOf(v1::CONTACT_SCOPE_UNSPECIFIED, false));
  *point->mutable_postal() = std::move(postal);
}

}  // namespace maillage::interchange

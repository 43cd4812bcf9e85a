// Spreadsheets that French Excel opens with a double click: UTF-8 with a byte
// order mark, semicolons, CRLF.
#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "server/interchange/formula_cells.h"
#include "server/interchange/written.h"

namespace maillage::interchange {
namespace {

constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Our own reader knows the columns up to "Notes" by these headings; those after
// it are for people.
constexpr absl::string_view kHeadings[] = {
    "Civilité",     "Nom",     "Prénom",      "Structure",   "Fonction",   "Courriel",
    "Téléphone",    "Adresse", "Code postal", "Ville",       "Code INSEE", "Catégorie",
    "Thèmes",       "SIRET",   "SIREN",       "RNA",         "Depuis",     "Notes",
    "Par ailleurs", "Sigle",   "Étiquettes",  "Base légale", "Source",     "Origine"};

absl::string_view BasisWord(v1::LegalBasis basis) {
  switch (basis) {
    case v1::LEGAL_BASIS_PUBLIC_TASK:
      return "Mission d'intérêt public";
    case v1::LEGAL_BASIS_CONSENT:
      return "Consentement";
    case v1::LEGAL_BASIS_CONTRACT:
      return "Contrat";
    case v1::LEGAL_BASIS_LEGAL_OBLIGATION:
      return "Obligation légale";
    default:
      return "";
  }
}

// As precise as it is known, in the order that French spreadsheets read.
std::string DayText(const v1::Date& date) {
  if (date.day() > 0) {
    return absl::StrFormat("%02d/%02d/%04d", date.day(), date.month(), date.year());
  }
  return date.month() > 0 ? absl::StrFormat("%02d/%04d", date.month(), date.year())
                          : absl::StrCat(date.year());
}

std::string MembershipText(const v1::Membership& membership) {
  if (membership.role().empty()) return membership.organisation_name();
  return membership.organisation_name().empty()
             ? membership.role()
             : absl::StrCat(membership.role(), " - ", membership.organisation_name());
}

// One row while it is being written.
class Row {
 public:
  explicit Row(std::string* out) : out_(*out) {}
  void Text(absl::string_view text) { Add(Disarm(text)); }
  // Digits that a spreadsheet must not take for a number.
  void Code(absl::string_view code) {
    const bool digits = std::all_of(code.begin(), code.end(), absl::ascii_isdigit);
    code.empty() || !digits ? Text(code) : Add(absl::StrCat("=\"", code, "\""));
  }
  void End() { absl::StrAppend(&out_, "\r\n"); }

 private:
  void Add(absl::string_view cell) {
    if (!first_) out_.push_back(';');
    first_ = false;
    if (cell.find_first_of(";\"\r\n\t") == absl::string_view::npos) {
      absl::StrAppend(&out_, cell);
    } else {
      absl::StrAppend(&out_, "\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
    }
  }

  std::string& out_;
  bool first_ = true;
};

class CsvWriter : public ActorWriter {
 public:
  std::string Beginning() const override {
    return absl::StrCat(kByteOrderMark, absl::StrJoin(kHeadings, ";"), "\r\n");
  }

  void Append(const v1::Actor& actor, absl::string_view origin, std::string* out) const override {
    const auto memberships = LastingMemberships(actor);
    Row row(out);
    AppendNames(actor, memberships, &row);
    AppendContacts(actor, &row);
    const std::vector<absl::string_view> communes = CommunesOf(actor);
    row.Code(communes.empty() ? "" : communes.front());
    row.Text(actor.categories().empty() ? "" : FrenchCategory(actor.categories(0)));
    row.Text(absl::StrJoin(actor.themes(), ", "));
    for (const absl::string_view scheme : {"SIRET", "SIREN", "RNA"}) {
      row.Code(IdentifierOf(actor, scheme));
    }
    row.Text(!memberships.empty() && memberships.front()->has_start()
                 ? DayText(memberships.front()->start())
                 : "");
    row.Text(actor.notes());
    AppendForPeople(actor, memberships, origin, &row);
    row.End();
  }

 private:
  using Memberships = std::vector<const v1::Membership*>;

  static void AppendNames(const v1::Actor& actor, const Memberships& memberships, Row* row) {
    row->Text(actor.person_name().honorific());
    row->Text(actor.person_name().family());
    row->Text(actor.person_name().given());
    if (actor.kind() == v1::ACTOR_KIND_ORGANISATION) {
      row->Text(actor.organisation_name());
    } else {
      row->Text(memberships.empty() ? "" : memberships.front()->organisation_name());
    }
    row->Text(memberships.empty() ? "" : memberships.front()->role());
  }

  static void AppendContacts(const v1::Actor& actor, Row* row) {
    std::vector<std::string> emails, phones;
    const v1::PostalAddress* postal = nullptr;
    for (const v1::ContactPoint& point : actor.contact_points()) {
      if (point.kind() == v1::CONTACT_KIND_EMAIL) emails.push_back(point.value());
      if (point.kind() == v1::CONTACT_KIND_PHONE) phones.push_back(DialledPhone(point.value()));
      if (point.kind() == v1::CONTACT_KIND_POSTAL && postal == nullptr) postal = &point.postal();
    }
    row->Text(absl::StrJoin(emails, ", "));
    row->Text(absl::StrJoin(phones, ", "));
    row->Text(postal == nullptr ? "" : absl::StrJoin(postal->lines(), "\n"));
    row->Code(postal == nullptr ? "" : postal->postal_code());
    row->Text(postal == nullptr ? "" : postal->locality());
  }

  static std::string IdentifierOf(const v1::Actor& actor, absl::string_view scheme) {
    for (const v1::Identifier& identifier : actor.identifiers()) {
      if (identifier.scheme() == scheme) return identifier.value();
    }
    return "";
  }

  static void AppendForPeople(const v1::Actor& actor, const Memberships& memberships,
                              absl::string_view origin, Row* row) {
    std::vector<std::string> others;
    for (size_t i = 1; i < memberships.size(); ++i) {
      others.push_back(MembershipText(*memberships[i]));
    }
    row->Text(absl::StrJoin(others, "\n"));
    row->Text(actor.acronym());
    row->Text(absl::StrJoin(actor.tags(), ", "));
    row->Text(BasisWord(actor.legal_basis()));
    row->Text(actor.source());
    row->Text(origin);
  }
};

}  // namespace

std::unique_ptr<ActorWriter> NewCsvWriter() { return std::make_unique<CsvWriter>(); }

}  // namespace maillage::interchange

// Files of the Répertoire national des élus: one line a mandate or function.
//
// Dates of birth tell two namesakes apart while a file is read, and never leave
// this reader; professions are not even looked at.
#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/interchange/fold.h"
#include "server/interchange/names.h"
#include "server/interchange/place_names.h"
#include "server/interchange/row_reader.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

enum Column : size_t {
  kDepartement,
  kDepartementName,
  kCommune,
  kCommuneName,
  kEpci,
  kEpciName,
  kRegion,
  kRegionName,
  kCanton,
  kFamily,
  kGiven,
  kSex,
  kBirth,
  kMandateStart,
  kFunction,
  kFunctionStart,
  kColumns,
};

struct KnownHeading {
  absl::string_view folded;
  Column column;
};

constexpr KnownHeading kHeadings[] = {
    {"code du departement", kDepartement},
    {"libelle du departement", kDepartementName},
    {"code de la commune", kCommune},
    {"code de la commune de rattachement", kCommune},
    {"libelle de la commune", kCommuneName},
    {"libelle de la commune de rattachement", kCommuneName},
    {"n siren", kEpci},
    {"siren", kEpci},
    {"code siren", kEpci},
    {"n siren de l epci", kEpci},
    {"libelle de l epci", kEpciName},
    {"code de la region", kRegion},
    {"libelle de la region", kRegionName},
    {"code du canton", kCanton},
    {"nom de l elu", kFamily},
    {"nom de l elu e", kFamily},
    {"prenom de l elu", kGiven},
    {"prenom de l elu e", kGiven},
    {"code sexe", kSex},
    {"date de naissance", kBirth},
    {"date de debut du mandat", kMandateStart},
    {"date de debut de mandat", kMandateStart},
    {"libelle de la fonction", kFunction},
    {"libelle de fonction", kFunction},
    {"date de debut de la fonction", kFunctionStart},
};

// Headings of the register that are left out on purpose.
constexpr absl::string_view kLeftOut[] = {"code de la collectivite a statut particulier",
                                          "libelle de la collectivite a statut particulier",
                                          "code de la categorie socio professionnelle",
                                          "libelle de la categorie socio professionnelle",
                                          "code nationalite",
                                          "libelle du canton",
                                          "code de la section departementale",
                                          "libelle de la section departementale",
                                          "lieu de naissance",
                                          "code du departement de naissance"};

constexpr size_t kNoColumn = static_cast<size_t>(-1);
using Columns = std::array<size_t, kColumns>;

Columns FindColumns(const std::vector<std::string>& headings, std::vector<std::string>* unused) {
  Columns columns;
  columns.fill(kNoColumn);
  for (size_t i = 0; i < headings.size(); ++i) {
    const std::string folded = Fold(headings[i]);
    const auto* known = std::find_if(std::begin(kHeadings), std::end(kHeadings),
                                     [&](const KnownHeading& h) { return h.folded == folded; });
    if (known != std::end(kHeadings)) {
      if (columns[known->column] == kNoColumn) columns[known->column] = i;
    } else if (!folded.empty() && unused != nullptr &&
               std::find(std::begin(kLeftOut), std::end(kLeftOut), folded) == std::end(kLeftOut)) {
      unused->push_back(headings[i]);
    }
  }
  return columns;
}

// A councillor's title where the file names no function.
std::string CouncillorOf(absl::string_view feminine, absl::string_view masculine, bool woman) {
  return woman ? absl::StrCat("Conseillère ", feminine) : absl::StrCat("Conseiller ", masculine);
}

std::string StartKey(const v1::Membership& membership) {
  return membership.has_start() ? FormatDate(membership.start()) : "";
}

class RneRows : public RowReader {
 public:
  RneRows(std::vector<std::string> headings, Sink* sink)
      : headings_(std::move(headings)),
        columns_(FindColumns(headings_, &unused_)),
        sink_(sink),
        report_(&headings_, sink) {}

  absl::Status OnRow(const TextRow& row) override {
    std::array<std::string, kColumns> cells;
    bool any = row.torn;
    for (size_t c = 0; c < kColumns; ++c) {
      if (columns_[c] < row.cells.size()) cells[c] = Clean(row.cells[columns_[c]]);
      any |= !cells[c].empty();
    }
    if (!any) return absl::OkStatus();
    const std::string key = absl::StrCat(cells[kCommune], "|", cells[kEpci], "|", cells[kRegion],
                                         "|", cells[kDepartement], "|", cells[kFamily], "|",
                                         cells[kGiven], "|", cells[kBirth]);
    if (key != held_key_) RETURN_IF_ERROR(Release());
    report_.StartLine(row.line);
    if (!IsSound(row, cells)) return absl::OkStatus();
    NoteMends(row, cells);
    if (!held_.has_value()) Start(row.line, key, cells);
    AddMembership(cells);
    return absl::OkStatus();
  }

  absl::Status Finish() override { return Release(); }

  std::vector<std::string> unused_columns() const override { return unused_; }

 private:
  using Cells = std::array<std::string, kColumns>;

  // Refuses what is not one sound record of the register. Says no values: they
  // could be of a column that must not be shown.
  bool IsSound(const TextRow& row, const Cells& cells) {
    bool shifted = row.torn || cells[kSex].size() > 1 ||
                   (!cells[kSex].empty() && cells[kSex] != "M" && cells[kSex] != "F") ||
                   (!cells[kBirth].empty() && !ReadDate(cells[kBirth]).ok());
    for (size_t i = headings_.size(); i < row.cells.size(); ++i) shifted |= !row.cells[i].empty();
    if (shifted) {
      report_.Refuse(Report::kWholeLine, "", "The cells of this record do not fit the headings.");
      return false;
    }
    if (cells[kFamily].empty() || IsFormula(cells[kFamily]) || IsFormula(cells[kGiven])) {
      report_.Refuse(columns_[kFamily], cells[kFamily], "There is no name of a person.");
      return false;
    }
    return true;
  }

  void NoteMends(const TextRow& row, const Cells& cells) {
    for (size_t c = 0; c < kColumns; ++c) {
      if (c == kBirth || columns_[c] >= row.mends.size()) continue;
      report_.NoteMend(columns_[c], cells[c], row.mends[columns_[c]]);
    }
  }

  absl::Status Release() {
    held_key_.clear();
    if (!held_.has_value()) return absl::OkStatus();
    Draft draft = *std::move(held_);
    held_.reset();
    return sink_->OnDraft(std::move(draft));
  }

  void Start(int64_t line, const std::string& key, const Cells& cells) {
    held_.emplace();
    held_key_ = key;
    held_->line = line;
    held_->actor.set_kind(v1::ACTOR_KIND_PERSON);
    v1::PersonName* name = held_->actor.mutable_person_name();
    name->set_family(Cut(FamilyCase(cells[kFamily]), 100));
    name->set_given(Cut(GivenCase(cells[kGiven]), 100));
    if (!cells[kSex].empty()) name->set_honorific(cells[kSex] == "F" ? "Madame" : "Monsieur");
    held_->locality = Cut(cells[kCommuneName], 100);
    if (cells[kCommune].empty()) return;
    Found insee = ReadInsee(cells[kCommune]);
    if (!insee.ok()) {
      report_.Flag(columns_[kCommune], cells[kCommune], insee.error, &held_->actor);
    } else if (!insee.note.empty()) {
      report_.Note(columns_[kCommune], cells[kCommune], insee.note);
    }
    held_->insee = std::move(insee.value);
  }

  void SetTerritory(v1::TerritoryLevel level, std::string code, v1::Membership* membership) {
    if (code.empty()) return;
    if (level != v1::TERRITORY_LEVEL_EPCI && code.size() == 1) code.insert(0, 1, '0');
    v1::TerritoryRef* ref = membership->add_territories();
    ref->set_level(level);
    ref->set_code(std::move(code));
  }

  // The body that the mandate is of, and what a plain member of it is called.
  std::string DescribeBody(const Cells& cells, v1::Membership* membership) {
    const bool woman = cells[kSex] == "F";
    if (columns_[kEpciName] != kNoColumn) {
      membership->set_organisation_name(Cut(cells[kEpciName], 200));
      SetTerritory(v1::TERRITORY_LEVEL_EPCI, cells[kEpci], membership);
      return CouncillorOf("communautaire", "communautaire", woman);
    }
    if (columns_[kRegionName] != kNoColumn) {
      membership->set_organisation_name(absl::StrCat("Région ", Cut(cells[kRegionName], 100)));
      SetTerritory(v1::TERRITORY_LEVEL_REGION, cells[kRegion], membership);
      return CouncillorOf("régionale", "régional", woman);
    }
    if (columns_[kCanton] != kNoColumn) {
      membership->set_organisation_name(
          absl::StrCat("Département ", OfDepartementOrRegion(Cut(cells[kDepartementName], 100))));
      SetTerritory(v1::TERRITORY_LEVEL_DEPARTEMENT, cells[kDepartement], membership);
      return CouncillorOf("départementale", "départemental", woman);
    }
    membership->set_organisation_name(OfCommune(Cut(cells[kCommuneName], 100)));
    // The file of mayors has no column for the function.
    const bool mayors = columns_[kFunction] == kNoColumn && columns_[kFunctionStart] != kNoColumn;
    return mayors ? "Maire" : CouncillorOf("municipale", "municipal", woman);
  }

  void AddMembership(const Cells& cells) {
    v1::Membership membership;
    membership.set_type(v1::MEMBERSHIP_TYPE_MANDATE);
    membership.set_organisation_type(v1::ORGANISATION_TYPE_INSTITUTION);
    std::string plain = DescribeBody(cells, &membership);
    membership.set_role(cells[kFunction].empty() ? plain : Cut(cells[kFunction], 100));
    const Column since = cells[kFunctionStart].empty() ? kMandateStart : kFunctionStart;
    if (!cells[since].empty()) {
      FoundDate date = ReadDate(cells[since]);
      if (date.ok()) {
        *membership.mutable_start() = std::move(date.date);
      } else {
        report_.Flag(columns_[since], cells[since], date.error, &held_->actor);
      }
    }
    auto* memberships = held_->actor.mutable_memberships();
    *memberships->Add() = std::move(membership);
    std::stable_sort(
        memberships->begin(), memberships->end(),
        [](const v1::Membership& a, const v1::Membership& b) { return StartKey(a) > StartKey(b); });
    constexpr int kMost = 50;
    if (memberships->size() > kMost) memberships->RemoveLast();
  }

  const std::vector<std::string> headings_;
  std::vector<std::string> unused_;
  const Columns columns_;
  Sink* const sink_;
  Report report_;
  std::optional<Draft> held_;
  std::string held_key_;
};

}  // namespace

bool AreRneHeadings(const std::vector<std::string>& headings) {
  const Columns columns = FindColumns(headings, nullptr);
  const bool person = columns[kFamily] != kNoColumn && columns[kGiven] != kNoColumn;
  const bool body = columns[kCommune] != kNoColumn || columns[kCommuneName] != kNoColumn ||
                    columns[kEpciName] != kNoColumn || columns[kRegionName] != kNoColumn ||
                    columns[kCanton] != kNoColumn;
  return person && body;
}

std::unique_ptr<RowReader> NewRneRows(std::vector<std::string> headings, Sink* sink) {
  return std::make_unique<RneRows>(std::move(headings), sink);
}

}  // namespace maillage::interchange

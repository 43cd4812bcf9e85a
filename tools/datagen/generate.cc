#include "tools/datagen/generate.h"

#include <unicode/utf8.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/territories.h"
#include "tools/datagen/contacts.h"
#include "tools/datagen/council.h"
#include "tools/datagen/windows1252.h"

namespace maillage::datagen {
namespace {

using Write = std::function<absl::Status(absl::string_view)>;

constexpr size_t kPieceBytes = 64 << 10;

std::string Quoted(absl::string_view cell) {
  if (cell.find_first_of(";\"\r\n") == absl::string_view::npos) return std::string(cell);
  return absl::StrCat("\"", absl::StrReplaceAll(cell, {{"\"", "\"\""}}), "\"");
}

// Collects lines and hands them over in pieces.
class Output {
 public:
  Output(bool excel, const Write& write) : excel_(excel), write_(write) {}
  absl::Status Line(const std::vector<absl::string_view>& cells) {
    std::string line = absl::StrJoin(cells, ";", [](std::string* out, absl::string_view cell) {
      absl::StrAppend(out, Quoted(cell));
    });
    absl::StrAppend(&line, excel_ ? "\r\n" : "\n");
    absl::StrAppend(&held_, excel_ ? ToWindows1252(line) : line);
    return held_.size() < kPieceBytes ? absl::OkStatus() : Flush();
  }
  absl::Status Flush() {
    const std::string piece = std::move(held_);
    held_.clear();
    return write_(piece);
  }

 private:
  const bool excel_;
  const Write& write_;
  std::string held_;
};

absl::Status ExcelLine(const Contact& c, Output* out) {
  return out->Line({c.civility, c.family, c.given, c.structure, c.role, c.email, c.phone, c.street,
                    c.postal_code, c.town, c.since});
}

absl::Status ExcelHead(absl::string_view title, Output* out) {
  RETURN_IF_ERROR(out->Line({title, "", "", "", "", "", "", "", "", "", ""}));
  RETURN_IF_ERROR(out->Line({"", "", "", "", "", "", "", "", "", "", ""}));
  return out->Line({"Civ", "NOM", "Prénom", "Structure", "Fonction", "Mél", "Tél", "Adresse", "CP",
                    "Ville", "Depuis"});
}

// Those of the council who are listed, by lot.
bool IsListed(const Options& options, const Member& member) {
  Dice dice(options.seed, absl::StrCat("listed/", member.commune->ref().code()), member.seat);
  return dice.Chance(options.part);
}

absl::Status WriteRne(const Options& options, const Councils& councils, Output* out) {
  RETURN_IF_ERROR(
      out->Line({"Code du département", "Libellé du département",
                 "Code de la collectivité à statut particulier",
                 "Libellé de la collectivité à statut particulier", "Code de la commune",
                 "Libellé de la commune", "Nom de l'élu", "Prénom de l'élu", "Code sexe",
                 "Date de naissance", "Code de la catégorie socio-professionnelle",
                 "Libellé de la catégorie socio-professionnelle", "Date de début du mandat",
                 "Libellé de la fonction", "Date de début de la fonction", "Code nationalité"}));
  const auto& territories = directory::Territories::Official();
  for (int64_t i = 0; i < councils.size(); ++i) {
    const Member member = councils.At(i);
    if (!IsListed(options, member)) continue;
    const auto& ancestors = member.commune->ancestors();
    const auto above = std::find_if(ancestors.begin(), ancestors.end(), [](const auto& ref) {
      return ref.level() == v1::TERRITORY_LEVEL_DEPARTEMENT;
    });
    const v1::Territory* departement =
        above == ancestors.end() ? nullptr : territories.Find(above->level(), above->code());
    Dice dice(options.seed, absl::StrCat("born/", member.commune->ref().code()), member.seat);
    const std::string born = absl::StrFormat("%02d/%02d/%d", 1 + dice.Throw(28), 1 + dice.Throw(12),
                                             1945 + dice.Throw(60));
    const std::string family = Upper(member.person.family);
    RETURN_IF_ERROR(out->Line({departement == nullptr ? "" : departement->ref().code(),
                               departement == nullptr ? "" : departement->title(), "", "",
                               member.commune->ref().code(), member.commune->title(), family,
                               member.person.given, member.person.woman ? "F" : "M", born, "74",
                               "Ancien cadre", "18/03/2026", member.function,
                               member.function.empty() ? "" : "29/03/2026", "FR"}));
  }
  return absl::OkStatus();
}

absl::Status WriteCouncilList(const Options& options, const Councils& councils, Output* out) {
  RETURN_IF_ERROR(ExcelHead("Élus municipaux - adresses relevées en mairie", out));
  for (int64_t i = 0; i < councils.size(); ++i) {
    const Member member = councils.At(i);
    if (IsListed(options, member)) RETURN_IF_ERROR(ExcelLine(ContactOf(member, options.seed), out));
  }
  return absl::OkStatus();
}

// What the kinds of rows in a list are; several take turns by lot.
absl::StatusOr<std::vector<Kind>> KindsOf(absl::string_view word) {
  if (word == "institutions") return std::vector{Kind::kInstitution};
  if (word == "associations") return std::vector{Kind::kAssociation};
  if (word == "companies") return std::vector{Kind::kCompany};
  if (word == "professionals") return std::vector{Kind::kProfessional};
  if (word == "citizens") return std::vector{Kind::kCitizen};
  if (word == "partners") {
    return std::vector{Kind::kInstitution, Kind::kAssociation, Kind::kAssociation,
                       Kind::kAssociation, Kind::kCompany,     Kind::kProfessional,
                       Kind::kProfessional};
  }
  return InvalidArgument("BAD_KIND", absl::StrCat("there is no kind ", word),
                         "council, institutions, associations, companies, professionals, citizens "
                         "or partners");
}

// Draws communes by their population.
class CommuneLot {
 public:
  explicit CommuneLot(std::vector<const v1::Territory*> communes) : communes_(std::move(communes)) {
    for (const v1::Territory* commune : communes_)
      ends_.push_back(total_ += commune->population() + 1);
  }
  const v1::Territory& Draw(Dice* dice) const {
    const auto at =
        std::upper_bound(ends_.begin(), ends_.end(), static_cast<int64_t>(dice->Throw(total_)));
    return *communes_[at - ends_.begin()];
  }

 private:
  const std::vector<const v1::Territory*> communes_;
  std::vector<int64_t> ends_;
  int64_t total_ = 0;
};

absl::Status WriteContacts(const Options& options, std::vector<const v1::Territory*> communes,
                           const Councils& councils, Output* out) {
  ASSIGN_OR_RETURN(const std::vector<Kind> kinds, KindsOf(options.kind));
  RETURN_IF_ERROR(ExcelHead(absl::StrCat("Fichier ", options.kind, " MAJ 12/03/26"), out));
  const CommuneLot lot(std::move(communes));
  int64_t shared = 0;
  for (int64_t i = 0; i < options.count; ++i) {
    Dice dice(options.seed, absl::StrCat("row/", options.kind), i);
    const Kind kind = kinds[dice.Throw(kinds.size())];
    const v1::Territory& commune = lot.Draw(&dice);
    std::optional<Member> known;
    if (kind != Kind::kInstitution && shared < councils.size() && dice.Chance(options.overlap)) {
      known = councils.Shuffled(shared++);
    }
    RETURN_IF_ERROR(ExcelLine(
        InventContact(options.seed, kind, i, commune, known.has_value() ? &*known : nullptr), out));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Generate(const Options& options, const Write& write) {
  const auto& territories = directory::Territories::Official();
  ASSIGN_OR_RETURN(const v1::Territory* within, territories.Parse(options.territory));
  std::vector<const v1::Territory*> communes;
  for (const v1::Territory* t : territories.all()) {
    if (t->ref().level() == v1::TERRITORY_LEVEL_COMMUNE &&
        territories.Within(t->ref(), within->ref())) {
      communes.push_back(t);
    }
  }
  const bool rne = options.format == "rne";
  if (!rne && options.format != "excel") {
    return InvalidArgument("BAD_FORMAT", absl::StrCat("there is no format ", options.format),
                           "excel or rne");
  }
  if (rne && options.kind != "council") {
    return InvalidArgument("BAD_FORMAT", "only councils are written as rne", "--kind council");
  }
  const Councils councils(options.seed, communes);
  Output out(!rne, write);
  if (rne) {
    RETURN_IF_ERROR(WriteRne(options, councils, &out));
  } else if (options.kind == "council") {
    RETURN_IF_ERROR(WriteCouncilList(options, councils, &out));
  } else {
    RETURN_IF_ERROR(WriteContacts(options, std::move(communes), councils, &out));
  }
  return out.Flush();
}

}  // namespace maillage::datagen

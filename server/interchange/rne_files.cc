#include "server/interchange/rne_files.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/interchange/fold.h"
#include "server/interchange/place_names.h"
#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

// The register's code of a file, and what a member without function is called.
struct KnownFile {
  absl::string_view code, woman, man;
};

constexpr KnownFile kFiles[] = {
    {"RNE/CM", "Conseillère municipale", "Conseiller municipal"},
    {"RNE/MAIRES", "Maire", "Maire"},
    {"RNE/EPCI", "Conseillère communautaire", "Conseiller communautaire"},
    {"RNE/CD", "Conseillère départementale", "Conseiller départemental"},
    {"RNE/CR", "Conseillère régionale", "Conseiller régional"},
    {"RNE/CA", "Conseillère d'arrondissement", "Conseiller d'arrondissement"},
    {"RNE/MA", "Membre de l'assemblée", "Membre de l'assemblée"},
    {"RNE/DEP", "Députée", "Député"},
    {"RNE/SEN", "Sénatrice", "Sénateur"},
    {"RNE/RPE", "Députée européenne", "Député européen"},
    {"RNE/CONSFDE", "Conseillère des Français de l'étranger",
     "Conseiller des Français de l'étranger"},
    {"RNE/AFE", "Conseillère à l'Assemblée des Français de l'étranger",
     "Conseiller à l'Assemblée des Français de l'étranger"},
};

struct KnownHeading {
  absl::string_view folded;
  RneColumn column;
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
    {"code de la collectivite a statut particulier", kCollectivity},
    {"libelle de la collectivite a statut particulier", kCollectivityName},
    {"code du canton", kCanton},
    {"libelle du canton", kCantonName},
    {"code de la section departementale", kSection},
    {"libelle de la section departementale", kSectionName},
    {"libelle de la section collectivite a statut particulier", kCollectivitySectionName},
    {"libelle de la circonscription metropolitaine", kMetropolitanName},
    {"libelle de la circonscription legislative", kLegislativeName},
    {"libelle du secteur", kSector},
    {"libelle de la circonscription consulaire", kConsular},
    {"libelle de la circ afe", kAfe},
    {"libelle la circ afe", kAfe},
    {"libelle de la circonscription afe", kAfe},
    {"libelle la circonscription afe", kAfe},
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

// Left out on purpose: codes whose label is read, and what must not be kept.
bool IsLeftOut(absl::string_view folded) {
  static constexpr absl::string_view kCodes[] = {
      "code de la section collectivite a statut particulier",
      "code de la circonscription metropolitaine",
      "code de la circonscription legislative",
      "code du secteur",
      "code de la circonscription consulaire",
      "code de la circ afe",
      "code de la circonscription afe",
  };
  if (std::find(std::begin(kCodes), std::end(kCodes), folded) != std::end(kCodes)) return true;
  return absl::StrContains(folded, "naissance") || absl::StrContains(folded, "nuance") ||
         absl::StrContains(folded, "nationalite") || absl::EndsWith(folded, " csp") ||
         absl::EndsWith(folded, "socio professionnelle");
}

void AddTerritory(v1::TerritoryLevel level, absl::string_view code, v1::Membership* membership) {
  if (code.empty()) return;
  v1::TerritoryRef* ref = membership->add_territories();
  ref->set_level(level);
  ref->set_code(std::string(code));
}

// The first of `codes` that says something: a departement, whose zero may be
// lost, or a place overseas, which may be in the letters of former files and is
// a departement or counts as a region. What is neither has no territory.
void AddDepartement(std::initializer_list<absl::string_view> codes, v1::Membership* membership) {
  static constexpr std::pair<absl::string_view, absl::string_view> kLetters[] = {
      {"ZA", "971"}, {"ZB", "972"}, {"ZC", "973"}, {"ZD", "974"}, {"ZM", "976"},
      {"ZN", "988"}, {"ZP", "987"}, {"ZS", "975"}, {"ZW", "986"}};
  std::string code;
  for (const absl::string_view told : codes) {
    if (code.empty()) code = std::string(told);
  }
  for (const auto& [letters, number] : kLetters) {
    if (code == letters) code = std::string(number);
  }
  if (code.size() == 1) code.insert(0, 1, '0');
  const bool digits = std::all_of(code.begin(), code.end(), absl::ascii_isdigit);
  const bool corsican = code == "2A" || code == "2B";
  const bool departement = (digits && code.size() == 2) || corsican || code == "971" ||
                           code == "972" || code == "973" || code == "974" || code == "976";
  if (departement) return AddTerritory(v1::TERRITORY_LEVEL_DEPARTEMENT, code, membership);
  if (digits && code.size() == 3) AddTerritory(v1::TERRITORY_LEVEL_REGION, code, membership);
}

void AddRegion(std::string code, v1::Membership* membership) {
  if (code.size() == 1) code.insert(0, 1, '0');
  AddTerritory(v1::TERRITORY_LEVEL_REGION, code, membership);
}

// A collectivity with a status of its own: Lyon's is an EPCI in the geography,
// Corsica's a region, the others are departements or lie overseas.
void DescribeCollectivity(const RneCells& cells, v1::Membership* membership) {
  const std::string& code = cells[kCollectivity];
  for (const RneColumn name : {kCollectivityName, kDepartementName, kRegionName}) {
    if (!membership->organisation_name().empty()) break;
    membership->set_organisation_name(Cut(cells[name], 200));
  }
  if (code == "69M") return AddTerritory(v1::TERRITORY_LEVEL_EPCI, "200046977", membership);
  if (code == "94") return AddRegion(code, membership);
  if (code.empty() && cells[kDepartement].empty()) return AddRegion(cells[kRegion], membership);
  AddDepartement({cells[kDepartement], code}, membership);
}

void DescribeBody(RneFile file, const RneCells& cells, v1::Membership* m) {
  switch (file) {
    case RneFile::kIntermunicipal:
      m->set_organisation_name(Cut(cells[kEpciName], 200));
      return AddTerritory(v1::TERRITORY_LEVEL_EPCI, cells[kEpci], m);
    case RneFile::kRegional:
      m->set_organisation_name(absl::StrCat("Région ", Cut(cells[kRegionName], 100)));
      return AddRegion(cells[kRegion], m);
    case RneFile::kDepartemental:
      m->set_organisation_name(
          absl::StrCat("Département ", OfDepartementOrRegion(Cut(cells[kDepartementName], 100))));
      return AddDepartement({cells[kDepartement]}, m);
    case RneFile::kAssembly:
      return DescribeCollectivity(cells, m);
    case RneFile::kArrondissement:
      return m->set_organisation_name(
          absl::StrCat("Conseil d'arrondissement, ", Cut(cells[kSector], 100)));
    case RneFile::kDeputies:
    case RneFile::kSenators:
      m->set_organisation_name(file == RneFile::kDeputies ? "Assemblée nationale" : "Sénat");
      return AddDepartement({cells[kDepartement], cells[kCollectivity]}, m);
    case RneFile::kEuropean:
      return m->set_organisation_name("Parlement européen");
    case RneFile::kConsular:
      return m->set_organisation_name(
          absl::StrCat("Conseil consulaire, ", Cut(cells[kConsular], 100)));
    case RneFile::kAbroad:
      return m->set_organisation_name("Assemblée des Français de l'étranger");
    default:
      return m->set_organisation_name(OfCommune(Cut(cells[kCommuneName], 100)));
  }
}

}  // namespace

RneColumns FindRneColumns(const std::vector<std::string>& headings,
                          std::vector<std::string>* unused) {
  RneColumns columns;
  columns.fill(kNoColumn);
  for (size_t i = 0; i < headings.size(); ++i) {
    const std::string folded = Fold(headings[i]);
    const auto* known = std::find_if(std::begin(kHeadings), std::end(kHeadings),
                                     [&](const KnownHeading& h) { return h.folded == folded; });
    if (known != std::end(kHeadings)) {
      if (columns[known->column] == kNoColumn) columns[known->column] = i;
    } else if (!folded.empty() && unused != nullptr && !IsLeftOut(folded)) {
      unused->push_back(headings[i]);
    }
  }
  return columns;
}

RneFile RneFileOf(const RneColumns& columns) {
  const auto has = [&columns](RneColumn column) { return columns[column] != kNoColumn; };
  if (!has(kFamily) || !has(kGiven)) return RneFile::kNone;
  if (has(kEpci) || has(kEpciName)) return RneFile::kIntermunicipal;
  if (has(kConsular)) return RneFile::kConsular;
  if (has(kAfe)) return RneFile::kAbroad;
  if (has(kCollectivitySectionName) || has(kMetropolitanName)) return RneFile::kAssembly;
  if (has(kLegislativeName)) return RneFile::kDeputies;
  if (has(kSector)) return RneFile::kArrondissement;
  if (has(kCanton) || has(kCantonName)) return RneFile::kDepartemental;
  if (has(kRegionName)) return RneFile::kRegional;
  // The file of mayors has no column for the function.
  if (has(kCommune) || has(kCommuneName)) {
    return has(kFunction) || !has(kFunctionStart) ? RneFile::kMunicipal : RneFile::kMayors;
  }
  // The two that are left have little of their own: a spreadsheet must not pass for them.
  if (!has(kSex) || !has(kMandateStart)) return RneFile::kNone;
  return has(kDepartement) ? RneFile::kSenators : RneFile::kEuropean;
}

void DescribeRneMandate(RneFile file, const RneCells& cells, v1::Membership* membership) {
  const KnownFile& known = kFiles[static_cast<size_t>(file)];
  membership->set_register_(std::string(known.code));
  DescribeBody(file, cells, membership);
  const bool named = !cells[kFunction].empty() && Fold(cells[kFunction]) != "autre membre";
  membership->set_role(named ? Cut(cells[kFunction], 100)
                             : std::string(cells[kSex] == "F" ? known.woman : known.man));
}

std::string RneConstituency(const RneCells& cells) {
  static constexpr std::pair<RneColumn, absl::string_view> kKinds[] = {
      {kCantonName, "Canton : "},
      {kSectionName, "Section départementale : "},
      {kCollectivitySectionName, "Section : "},
      {kMetropolitanName, "Circonscription métropolitaine : "},
      {kLegislativeName, "Circonscription : "},
      {kAfe, "Circonscription : "}};
  for (const auto& [column, kind] : kKinds) {
    if (!cells[column].empty()) return absl::StrCat(kind, Cut(cells[column], 200));
  }
  return "";
}

}  // namespace maillage::interchange

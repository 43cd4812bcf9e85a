#include "server/interchange/organisations.h"

#include <algorithm>
#include <initializer_list>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/interchange/fold.h"

namespace maillage::interchange {
namespace {

using Phrases = std::initializer_list<absl::string_view>;

// Folded text with a space at either end, so that words can be sought whole.
std::string Padded(absl::string_view text) { return absl::StrCat(" ", Fold(text), " "); }

bool HasAny(absl::string_view padded, const Phrases& phrases) {
  for (size_t word = 1; word < padded.size(); word = padded.find(' ', word) + 1) {
    const absl::string_view rest = padded.substr(word);
    for (const absl::string_view phrase : phrases) {
      if (phrase[0] != rest[0] || !absl::StartsWith(rest, phrase)) continue;
      if (rest[phrase.size()] == ' ') return true;
    }
  }
  return false;
}

constexpr Phrases kAssociation = {"asso",
                                  "association",
                                  "associations",
                                  "assoc",
                                  "amicale",
                                  "club",
                                  "collectif",
                                  "comite des fetes",
                                  "comite de quartier",
                                  "federation",
                                  "foyer rural",
                                  "ligue",
                                  "secours populaire",
                                  "secours catholique",
                                  "restos du coeur",
                                  "restaurants du coeur",
                                  "croix rouge",
                                  "conseil citoyen",
                                  "conseils citoyens",
                                  "fondation",
                                  "benevoles",
                                  "maison des jeunes et de la culture",
                                  "mjc",
                                  "ong"};
constexpr Phrases kInstitution = {"mairie",
                                  "mairies",
                                  "commune",
                                  "ville de",
                                  "ville d",
                                  "ccas",
                                  "c c a s",
                                  "cias",
                                  "communaute",
                                  "agglomeration",
                                  "agglo",
                                  "metropole",
                                  "capso",
                                  "conseil departemental",
                                  "conseil regional",
                                  "conseil municipal",
                                  "departement",
                                  "region",
                                  "prefecture",
                                  "sous prefecture",
                                  "sgar",
                                  "caf",
                                  "cpam",
                                  "msa",
                                  "carsat",
                                  "urssaf",
                                  "college",
                                  "lycee",
                                  "ecole",
                                  "universite",
                                  "academie",
                                  "rectorat",
                                  "dsden",
                                  "inspection",
                                  "ddtm",
                                  "ddt",
                                  "ddets",
                                  "ddcs",
                                  "dreal",
                                  "dreets",
                                  "draaf",
                                  "drac",
                                  "ars",
                                  "anct",
                                  "ademe",
                                  "anru",
                                  "hopital",
                                  "centre hospitalier",
                                  "chu",
                                  "france travail",
                                  "pole emploi",
                                  "office public",
                                  "opac",
                                  "oph",
                                  "chambre de commerce",
                                  "chambre de metiers",
                                  "chambre des metiers",
                                  "chambre d agriculture",
                                  "cci",
                                  "cma",
                                  "tribunal",
                                  "gendarmerie",
                                  "commissariat",
                                  "police",
                                  "sdis",
                                  "ministere",
                                  "etat",
                                  "agence regionale",
                                  "agence nationale",
                                  "agence de l eau",
                                  "caisse d allocations",
                                  "caisse primaire",
                                  "etablissement public",
                                  "syndicat mixte",
                                  "syndicat intercommunal",
                                  "sivom",
                                  "sivu",
                                  "smictom",
                                  "pnr",
                                  "gip",
                                  "epci",
                                  "irev"};
constexpr Phrases kCompany = {"sarl",
                              "sas",
                              "sasu",
                              "eurl",
                              "sa",
                              "sci",
                              "scop",
                              "scic",
                              "snc",
                              "selarl",
                              "ets",
                              "etablissements",
                              "entreprise",
                              "entreprises",
                              "societe",
                              "auto entreprise",
                              "auto entrepreneur",
                              "micro entreprise",
                              "boulangerie",
                              "boucherie",
                              "garage",
                              "pharmacie",
                              "restaurant",
                              "hotel",
                              "imprimerie",
                              "transports",
                              "menuiserie",
                              "plomberie",
                              "et fils",
                              "holding",
                              "cooperative",
                              "gaec",
                              "earl",
                              "sca"};
// Words of organisations that say nothing about their kind.
constexpr Phrases kOrganisation = {
    "centre",      "maison",       "mission",      "office",      "union",   "comite",
    "pole",        "agence",       "direction",    "service",     "reseau",  "groupe",
    "groupement",  "cabinet",      "syndicat",     "conseil",     "bureau",  "institut",
    "residence",   "bailleur",     "ehpad",        "creche",      "theatre", "musee",
    "mediatheque", "bibliotheque", "observatoire", "cooperation", "les amis"};

// The phrases that tell a type, by their first word: every name of a structure is
// looked through for them.
using TypePhrases =
    absl::flat_hash_map<absl::string_view,
                        std::vector<std::pair<absl::string_view, v1::OrganisationType>>>;

const TypePhrases& PhrasesByFirstWord() {
  static const auto* const phrases = [] {
    auto* map = new TypePhrases;
    const auto add = [map](const Phrases& list, v1::OrganisationType type) {
      for (const absl::string_view phrase : list) {
        (*map)[phrase.substr(0, phrase.find(' '))].emplace_back(phrase, type);
      }
    };
    add(kAssociation, v1::ORGANISATION_TYPE_ASSOCIATION);
    add(kInstitution, v1::ORGANISATION_TYPE_INSTITUTION);
    add(kCompany, v1::ORGANISATION_TYPE_COMPANY);
    return map;
  }();
  return *phrases;
}

constexpr Phrases kElected = {"elu",       "elue",       "elus",     "elues",
                              "elu e",     "depute",     "deputee",  "senateur",
                              "senatrice", "eurodepute", "mairesse", "echevin"};
constexpr Phrases kCouncillor = {"conseiller", "conseillere", "conseillers", "cons",
                                 "conseiller e"};
constexpr Phrases kCouncil = {"municipal",      "municipale", "municipaux", "departemental",
                              "departementale", "regional",   "regionale",  "communautaire",
                              "communautaires", "general",    "generale",   "territorial",
                              "territoriale",   "delegue",    "deleguee",   "metropolitain",
                              "metropolitaine"};
constexpr Phrases kDeputyMayor = {"adjoint", "adjointe", "adjoints", "adj"};
constexpr Phrases kNoDeputyMayor = {"administratif", "administrative", "technique",   "patrimoine",
                                    "animation",     "direction",      "directeur",   "directrice",
                                    "chef",          "cheffe",         "responsable", "secretaire",
                                    "tresorier",     "tresoriere",     "proviseur",   "proviseure",
                                    "principal",     "principale",     "dgs",         "dga",
                                    "general",       "generale",       "service",     "services"};
constexpr Phrases kChair = {"president",      "presidente",      "pdt", "pdte",
                            "vice president", "vice presidente", "vp",  "co president",
                            "copresident",    "copresidente"};
constexpr Phrases kAssembly = {"agglomeration",
                               "agglo",
                               "communaute",
                               "metropole",
                               "departement",
                               "region",
                               "conseil departemental",
                               "conseil regional",
                               "epci",
                               "capso",
                               "ca",
                               "cc",
                               "cu"};
constexpr Phrases kBoard = {"tresorier",       "tresoriere",       "administrateur",
                            "administratrice", "membre du bureau", "membre du ca",
                            "co presidente",   "fondateur",        "fondatrice"};
constexpr Phrases kLeader = {"gerant",    "gerante",    "co gerant",         "pdg",
                             "dirigeant", "dirigeante", "chef d entreprise", "cheffe d entreprise",
                             "patron",    "patronne",   "associe",           "associee"};
constexpr Phrases kMember = {"benevole", "benevoles",  "adherent",    "adherente",
                             "membre",   "volontaire", "sympathisant"};
constexpr Phrases kCitizensCouncil = {"conseil citoyen", "conseils citoyens", "conseiller citoyen",
                                      "conseillere citoyenne", "conseillers citoyens"};

// "Maire", "la maire", but not "secrétaire du maire".
bool NamesAMayor(absl::string_view padded) {
  size_t i = padded.find(" maire ");
  for (; i != absl::string_view::npos; i = padded.find(" maire ", i + 1)) {
    const absl::string_view before = padded.substr(0, i);
    const bool anothers = absl::EndsWith(before, " du") || absl::EndsWith(before, " de") ||
                          absl::EndsWith(before, " le") || absl::EndsWith(before, " la") ||
                          absl::EndsWith(before, " au");
    const bool addressed =
        absl::EndsWith(before, "madame la") || absl::EndsWith(before, "monsieur le");
    if (!anothers || addressed || before.size() <= 3) return true;
  }
  return false;
}

bool NamesADeputyMayor(absl::string_view padded) {
  if (!HasAny(padded, kDeputyMayor)) return false;
  if (HasAny(padded, {"au maire", "du maire", "a la maire", "de la maire"})) return true;
  return !HasAny(padded, kNoDeputyMayor);
}

}  // namespace

v1::OrganisationType OrganisationTypeOf(absl::string_view name) {
  const std::string padded = Padded(name);
  const TypePhrases& phrases = PhrasesByFirstWord();
  for (size_t begin = 1; begin < padded.size();) {
    const size_t end = padded.find(' ', begin);
    const auto found = phrases.find(absl::string_view(padded).substr(begin, end - begin));
    if (found != phrases.end()) {
      for (const auto& [phrase, type] : found->second) {
        if (absl::StartsWith(absl::string_view(padded).substr(begin), phrase) &&
            padded[begin + phrase.size()] == ' ') {
          return type;
        }
      }
    }
    begin = end + 1;
  }
  return v1::ORGANISATION_TYPE_UNSPECIFIED;
}

bool LooksLikeOrganisation(absl::string_view name) {
  return OrganisationTypeOf(name) != v1::ORGANISATION_TYPE_UNSPECIFIED ||
         HasAny(Padded(name), kOrganisation);
}

v1::OrganisationType OrganisationTypeOf(v1::AudienceCategory category) {
  switch (category) {
    case v1::AUDIENCE_CATEGORY_INSTITUTION:
      return v1::ORGANISATION_TYPE_INSTITUTION;
    case v1::AUDIENCE_CATEGORY_ASSOCIATION:
      return v1::ORGANISATION_TYPE_ASSOCIATION;
    case v1::AUDIENCE_CATEGORY_COMPANY:
      return v1::ORGANISATION_TYPE_COMPANY;
    default:
      return v1::ORGANISATION_TYPE_UNSPECIFIED;
  }
}

v1::AudienceCategory ReadCategory(absl::string_view text) {
  const std::string padded = Padded(text);
  const struct {
    v1::AudienceCategory category;
    Phrases words;
  } kWords[] = {
      {v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL,
       {"elu", "elue", "elus", "elues", "elu e", "elu e s", "elected official", "elected officials",
        "elected"}},
      {v1::AUDIENCE_CATEGORY_INSTITUTION,
       {"institution", "institutions", "institutionnel", "institutionnels", "collectivite",
        "collectivites", "etat", "administration", "service public", "public"}},
      {v1::AUDIENCE_CATEGORY_PROFESSIONAL,
       {"professionnel", "professionnels", "professionnelle", "professionnelles", "pro", "pros",
        "professional", "professionals", "technicien", "techniciens"}},
      {v1::AUDIENCE_CATEGORY_ASSOCIATION,
       {"association", "associations", "asso", "assos", "associatif", "associatifs"}},
      {v1::AUDIENCE_CATEGORY_COMPANY,
       {"entreprise", "entreprises", "societe", "societes", "company", "companies", "commercant",
        "commercants", "prive"}},
      {v1::AUDIENCE_CATEGORY_CITIZEN,
       {"citoyen", "citoyens", "citoyenne", "citoyennes", "habitant", "habitants", "habitante",
        "habitantes", "particulier", "particuliers", "citizen", "citizens"}},
  };
  v1::AudienceCategory found = v1::AUDIENCE_CATEGORY_UNSPECIFIED;
  for (const auto& known : kWords) {
    if (!HasAny(padded, known.words)) continue;
    // Two at once say nothing certain.
    if (found != v1::AUDIENCE_CATEGORY_UNSPECIFIED) return v1::AUDIENCE_CATEGORY_UNSPECIFIED;
    found = known.category;
  }
  return found;
}

bool IsMandate(absl::string_view role, absl::string_view organisation) {
  const std::string padded = Padded(role);
  if (HasAny(padded, kElected) || NamesAMayor(padded) || NamesADeputyMayor(padded)) return true;
  if (HasAny(padded, kCouncillor) && HasAny(padded, kCouncil)) return true;
  return HasAny(padded, kChair) &&
         (HasAny(padded, kAssembly) || HasAny(Padded(organisation), kAssembly)) &&
         !HasAny(padded, kAssociation);
}

v1::MembershipType MembershipTypeOf(absl::string_view role, absl::string_view organisation,
                                    v1::OrganisationType type, v1::AudienceCategory category) {
  const std::string padded = Padded(role);
  if (HasAny(padded, kCitizensCouncil) || HasAny(Padded(organisation), kCitizensCouncil)) {
    return v1::MEMBERSHIP_TYPE_CITIZENS_COUNCIL;
  }
  const bool association =
      type == v1::ORGANISATION_TYPE_ASSOCIATION || HasAny(padded, kAssociation);
  const bool company =
      type == v1::ORGANISATION_TYPE_COMPANY || category == v1::AUDIENCE_CATEGORY_COMPANY;
  if (type != v1::ORGANISATION_TYPE_ASSOCIATION && !company && IsMandate(role, organisation)) {
    return v1::MEMBERSHIP_TYPE_MANDATE;
  }
  if (HasAny(padded, kChair) || HasAny(padded, kBoard)) return v1::MEMBERSHIP_TYPE_BOARD;
  if (association && HasAny(padded, {"secretaire", "secretaire adjoint", "secretaire adjointe"})) {
    return v1::MEMBERSHIP_TYPE_BOARD;
  }
  if (company && HasAny(padded, kLeader)) return v1::MEMBERSHIP_TYPE_BOARD;
  if (HasAny(padded, kMember)) return v1::MEMBERSHIP_TYPE_MEMBER;
  switch (category) {
    case v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL:
      return v1::MEMBERSHIP_TYPE_MANDATE;
    case v1::AUDIENCE_CATEGORY_ASSOCIATION:
    case v1::AUDIENCE_CATEGORY_CITIZEN:
      return v1::MEMBERSHIP_TYPE_MEMBER;
    case v1::AUDIENCE_CATEGORY_COMPANY:
      return role.empty() ? v1::MEMBERSHIP_TYPE_BOARD : v1::MEMBERSHIP_TYPE_EMPLOYMENT;
    default:
      return v1::MEMBERSHIP_TYPE_EMPLOYMENT;
  }
}

}  // namespace maillage::interchange

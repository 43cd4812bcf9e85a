#include "tools/bench/directory_rows.h"

#include <array>
#include <cstdint>
#include <random>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/directory/territories.h"

namespace maillage::bench {
namespace {

constexpr std::array kFirst = {"Wæs",  "Del",   "Van den ", "Bau",  "Le ", "Car", "Du",
                               "Quer", "Her",   "Mar",      "Seg",  "Fla", "Gho", "Lam",
                               "Des",  "d'Hal", "Cou",      "Pruv", "Thé", "Bro"};
constexpr std::array kMiddle = {"te", "mo",   "bra", "ver", "li",  "cou", "nel", "pe",
                                "ri", "scha", "vin", "gué", "ba",  "lo",  "tre", "mé",
                                "du", "ca",   "fo",  "hu",  "ber", "jon", "lan", "mi",
                                "no", "pla",  "que", "sou", "tu",  "vau"};
constexpr std::array kLast = {"landt", "cke",  "mont", "court", "lle", "tte", "er",   "ez",  "in",
                              "ot",    "oy",   "ard",  "aux",   "el",  "ain", "euil", "ost", "ghem",
                              "que",   "ent",  "eau",  "ier",   "on",  "y",   "as",   "ieu", "ois",
                              "ut",    "ance", "èvre", "oux",   "ill", "ert", "and",  "aud", "ic",
                              "our",   "ume",  "elt",  "ens",   "ez",  "art", "orne", "ez",  "ault",
                              "ière",  "ouck", "ael",  "ige",   "ole"};
constexpr std::array kGiven = {
    "Zélie",    "Anselme", "Maëlle",   "Théodore", "Ysaline",  "Côme",      "Jean-Luc",
    "Dorothée", "Omer",    "Fleur",    "Gaspard",  "Héloïse",  "Irénée",    "Jeanne",
    "Killian",  "Léonie",  "Mathurin", "Noémie",   "Octave",   "Prune",     "Quentin",
    "Rosalie",  "Siméon",  "Tiphaine", "Ulysse",   "Victoire", "Wandrille", "Xavière"};
constexpr std::array kKinds = {"Association", "Centre social",      "Club",           "Collectif",
                               "Comité",      "Maison de quartier", "Mission locale", "Régie",
                               "Amicale",     "Entreprise"};
constexpr std::array kOf = {"des Tilleuls", "du Marais",  "de la Gare", "des Remparts",
                            "du Canal",     "de l'Aa",    "du Port",    "des Fleurs",
                            "du Beffroi",   "de l'Abbaye"};
constexpr std::array kRoles = {"Chargée de mission", "Conseiller municipal",  "Présidente",
                               "Médiatrice",         "Animateur de quartier", "Trésorier",
                               "Directrice",         "Secrétaire général"};

using Communes = std::vector<const v1::Territory*>;

const Communes& CommunesOfTheRegion() {
  static const auto& communes = *[] {
    const auto& official = directory::Territories::Official();
    const v1::Territory* region = official.Find(v1::TERRITORY_LEVEL_REGION, "32");
    auto* found = new Communes;
    for (const v1::Territory* one : official.all()) {
      if (one->ref().level() == v1::TERRITORY_LEVEL_COMMUNE &&
          official.Within(one->ref(), region->ref())) {
        found->push_back(one);
      }
    }
    return found;
  }();
  return communes;
}

// Squares of a uniform number crowd at the beginning, as names do.
size_t Crowded(std::minstd_rand* random, size_t size) {
  const double x = static_cast<double>((*random)()) / std::minstd_rand::max();
  return static_cast<size_t>(x * x * x * static_cast<double>(size - 1));
}

template <typename List>
auto Pick(std::minstd_rand* random, const List& list) {
  return list[(*random)() % list.size()];
}

std::string Family(std::minstd_rand* random) {
  size_t number = Crowded(random, kFirst.size() * kMiddle.size() * kLast.size());
  // Neighbours in number are no neighbours in the alphabet.
  number = number * 7'919 % (kFirst.size() * kMiddle.size() * kLast.size());
  const size_t first = number % kFirst.size();
  number /= kFirst.size();
  return absl::StrCat(kFirst[first], kMiddle[number % kMiddle.size()],
                      kLast[number / kMiddle.size()]);
}

std::string Misspelled(std::string name, std::minstd_rand* random) {
  const size_t at = 2 + (*random)() % (name.size() > 4 ? name.size() - 3 : 1);
  if (at + 1 < name.size()) std::swap(name[at], name[at + 1]);
  return name;
}

}  // namespace

SheetRow MakeSheetRow(size_t number) {
  std::minstd_rand random(static_cast<uint32_t>(number * 2'654'435'761U + 17));
  random.discard(3);
  SheetRow row;
  row.family = Family(&random);
  row.given = Pick(&random, kGiven);
  const v1::Territory& commune =
      *CommunesOfTheRegion()[Crowded(&random, CommunesOfTheRegion().size())];
  row.organisation =
      absl::StrCat(Pick(&random, kKinds), " ", Pick(&random, kOf), " de ", commune.title());
  row.role = Pick(&random, kRoles);
  row.commune = commune.title();
  row.insee = commune.ref().code();
  row.email = absl::StrCat("personne", number, "@quartier", number % 500, ".example.org");
  row.phone = absl::StrFormat("01 99 00 %02d %02d", random() % 100, random() % 100);
  return row;
}

std::string SheetHead() {
  return "Prénom;Nom;Structure;Fonction;Mél;Téléphone;Commune;Code INSEE\r\n";
}

std::string ToCsv(const SheetRow& row) {
  return absl::StrCat(row.given, ";", row.family, ";", row.organisation, ";", row.role, ";",
                      row.email, ";", row.phone, ";", row.commune, ";", row.insee, "\r\n");
}

std::vector<std::string> SoughtTexts(size_t rows, size_t count) {
  std::minstd_rand random(28);
  std::vector<std::string> texts;
  while (texts.size() < count) {
    const SheetRow row = MakeSheetRow(random() % rows);
    const std::string plain = absl::AsciiStrToUpper(row.family);
    switch (texts.size() % 10) {
      case 0:
        texts.push_back(row.family);
        break;
      case 1:
        texts.push_back(absl::StrCat(row.given, " ", plain));
        break;
      case 2:
      case 3:
        texts.push_back(row.family.substr(0, 3 + random() % 4));
        break;
      case 4:
        texts.push_back(absl::StrCat(row.family, " ", row.given.substr(0, 2)));
        break;
      case 5:
        texts.push_back(Misspelled(row.family, &random));
        break;
      case 6:
        texts.push_back(absl::StrCat(row.family, " ", row.commune));
        break;
      case 7:
        texts.push_back(row.organisation);
        break;
      case 8:
        texts.push_back(absl::StrCat(row.role, " ", row.commune));
        break;
      default:
        texts.push_back(row.commune);
    }
  }
  return texts;
}

std::vector<std::string> CountedFilters(size_t rows, size_t count) {
  std::minstd_rand random(30);
  std::vector<std::string> filters;
  while (filters.size() < count) {
    const SheetRow row = MakeSheetRow(random() % rows);
    const v1::Territory& commune =
        *directory::Territories::Official().Find(v1::TERRITORY_LEVEL_COMMUNE, row.insee);
    const v1::TerritoryRef& above =
        commune.ancestors(static_cast<int>(random() % commune.ancestors_size()));
    const std::string there = absl::StrCat(
        "territory:", v1::TerritoryLevel_Name(above.level()).substr(16), "/", above.code());
    switch (filters.size() % 6) {
      case 0:
        filters.push_back(absl::StrCat("territory:COMMUNE/", row.insee));
        break;
      case 1:
        filters.push_back(there);
        break;
      case 2:
        filters.push_back(absl::StrCat("role = \"", row.role, "\""));
        break;
      case 3:
        filters.push_back("category = PROFESSIONAL");
        break;
      case 4:
        filters.push_back(absl::StrCat("kind = PERSON AND ", there, " AND NOT email:example.net"));
        break;
      default:
        filters.push_back(
            absl::StrCat("category = PROFESSIONAL OR category = ASSOCIATION AND ", there));
    }
  }
  return filters;
}

}  // namespace maillage::bench

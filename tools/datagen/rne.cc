#include "tools/datagen/rne.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/directory/territories.h"
#include "tools/datagen/windows1252.h"

namespace maillage::datagen {

const std::vector<std::string>& RneHeadings() {
  static const auto& headings =
      *new std::vector<std::string>{"Code du département",
                                    "Libellé du département",
                                    "Code de la collectivité à statut particulier",
                                    "Libellé de la collectivité à statut particulier",
                                    "Code de la commune",
                                    "Libellé de la commune",
                                    "Nom de l'élu",
                                    "Prénom de l'élu",
                                    "Code sexe",
                                    "Date de naissance",
                                    "Code de la catégorie socio-professionnelle",
                                    "Libellé de la catégorie socio-professionnelle",
                                    "Date de début du mandat",
                                    "Libellé de la fonction",
                                    "Date de début de la fonction",
                                    "Code nationalité"};
  return headings;
}

std::vector<std::string> RneCells(const Member& member, uint64_t seed) {
  const v1::Territory& commune = *member.commune;
  const auto& ancestors = commune.ancestors();
  const auto above = std::find_if(ancestors.begin(), ancestors.end(), [](const auto& ref) {
    return ref.level() == v1::TERRITORY_LEVEL_DEPARTEMENT;
  });
  const v1::Territory* departement =
      above == ancestors.end()
          ? nullptr
          : directory::Territories::Official().Find(above->level(), above->code());
  Dice dice(seed, absl::StrCat("born/", commune.ref().code()), member.seat);
  const std::string born = absl::StrFormat("%02d/%02d/%d", 1 + dice.Throw(28), 1 + dice.Throw(12),
                                           1945 + dice.Throw(60));
  return {departement == nullptr ? "" : departement->ref().code(),
          departement == nullptr ? "" : departement->title(),
          "",
          "",
          commune.ref().code(),
          commune.title(),
          Upper(member.person.family),
          member.person.given,
          member.person.woman ? "F" : "M",
          born,
          "74",
          "Ancien cadre",
          member.since,
          member.function,
          member.function.empty() ? "" : member.function_since,
          "FR"};
}

}  // namespace maillage::datagen

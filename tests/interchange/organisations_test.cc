#include "server/interchange/organisations.h"

#include <gtest/gtest.h>

#include "server/interchange/place_names.h"

namespace maillage::interchange {
namespace {

TEST(Organisations, TellTheirTypeByTheFirstExplicitWord) {
  const std::pair<const char*, v1::OrganisationType> kCases[] = {
      {"ASSO « REGARDS D’ICI »", v1::ORGANISATION_TYPE_ASSOCIATION},
      {"Association des maires", v1::ORGANISATION_TYPE_ASSOCIATION},
      {"Club des entreprises", v1::ORGANISATION_TYPE_ASSOCIATION},
      {"Conseil citoyen du Quai", v1::ORGANISATION_TYPE_ASSOCIATION},
      {"Mairie", v1::ORGANISATION_TYPE_INSTITUTION},
      {"C.C.A.S. ARQUES", v1::ORGANISATION_TYPE_INSTITUTION},
      {"Sous-préfecture de Saint-Omer", v1::ORGANISATION_TYPE_INSTITUTION},
      {"SARL DUPONT", v1::ORGANISATION_TYPE_COMPANY},
      {"Dupont et fils", v1::ORGANISATION_TYPE_COMPANY},
      {"Les Tilleuls", v1::ORGANISATION_TYPE_UNSPECIFIED},
      {"Associé Martin", v1::ORGANISATION_TYPE_UNSPECIFIED},
      {"", v1::ORGANISATION_TYPE_UNSPECIFIED},
  };
  for (const auto& [name, type] : kCases) EXPECT_EQ(OrganisationTypeOf(name), type) << name;
}

TEST(Organisations, KnowTheirMembersByTheWordsOfTheFunction) {
  constexpr auto kNone = v1::AUDIENCE_CATEGORY_UNSPECIFIED;
  const struct {
    const char *role, *organisation;
    v1::AudienceCategory category;
    v1::MembershipType type;
  } kCases[] = {
      {"Maire", "Commune d'Arques", kNone, v1::MEMBERSHIP_TYPE_MANDATE},
      {"Madame la Maire", "", kNone, v1::MEMBERSHIP_TYPE_MANDATE},
      {"2e adjointe au maire", "", kNone, v1::MEMBERSHIP_TYPE_MANDATE},
      {"Adjointe", "Ville d'Arques", kNone, v1::MEMBERSHIP_TYPE_MANDATE},
      {"Conseillère municipale", "", kNone, v1::MEMBERSHIP_TYPE_MANDATE},
      {"Conseiller départemental", "", kNone, v1::MEMBERSHIP_TYPE_MANDATE},
      {"Élue", "C.C.A.S. ARQUES", kNone, v1::MEMBERSHIP_TYPE_MANDATE},
      {"Président", "Communauté d'agglomération", kNone, v1::MEMBERSHIP_TYPE_MANDATE},
      {"Président de l'agglo", "", kNone, v1::MEMBERSHIP_TYPE_MANDATE},
      {"Adjointe technique", "Ville d'Arques", kNone, v1::MEMBERSHIP_TYPE_EMPLOYMENT},
      {"Directeur adjoint", "CAF", kNone, v1::MEMBERSHIP_TYPE_EMPLOYMENT},
      {"Secrétaire de mairie", "Mairie", kNone, v1::MEMBERSHIP_TYPE_EMPLOYMENT},
      {"Secrétaire du maire", "Mairie", kNone, v1::MEMBERSHIP_TYPE_EMPLOYMENT},
      {"Conseillère en insertion", "CAF", kNone, v1::MEMBERSHIP_TYPE_EMPLOYMENT},
      {"Président", "Club de judo", kNone, v1::MEMBERSHIP_TYPE_BOARD},
      {"Secrétaire", "Association Écho", kNone, v1::MEMBERSHIP_TYPE_BOARD},
      {"Bénévole", "Secours populaire", kNone, v1::MEMBERSHIP_TYPE_MEMBER},
      {"Gérante", "SARL Dupont", kNone, v1::MEMBERSHIP_TYPE_BOARD},
      {"Comptable", "SARL Dupont", kNone, v1::MEMBERSHIP_TYPE_EMPLOYMENT},
      {"", "Conseil citoyen du Quai", kNone, v1::MEMBERSHIP_TYPE_CITIZENS_COUNCIL},
      {"Conseiller citoyen", "", kNone, v1::MEMBERSHIP_TYPE_CITIZENS_COUNCIL},
      {"", "Les Tilleuls", v1::AUDIENCE_CATEGORY_ASSOCIATION, v1::MEMBERSHIP_TYPE_MEMBER},
      {"", "Mairie", v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL, v1::MEMBERSHIP_TYPE_MANDATE},
      {"Médiatrice", "", kNone, v1::MEMBERSHIP_TYPE_EMPLOYMENT},
  };
  for (const auto& c : kCases) {
    EXPECT_EQ(
        MembershipTypeOf(c.role, c.organisation, OrganisationTypeOf(c.organisation), c.category),
        c.type)
        << c.role << ", " << c.organisation;
  }
}

TEST(Organisations, ReadCategories) {
  const std::pair<const char*, v1::AudienceCategory> kCases[] = {
      {"Élus", v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL},
      {"ELECTED_OFFICIAL", v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL},
      {"Associations", v1::AUDIENCE_CATEGORY_ASSOCIATION},
      {"ENTREPRISE", v1::AUDIENCE_CATEGORY_COMPANY},
      {"Habitant(e)s", v1::AUDIENCE_CATEGORY_CITIZEN},
      {"Collectivité", v1::AUDIENCE_CATEGORY_INSTITUTION},
      {"professionnels", v1::AUDIENCE_CATEGORY_PROFESSIONAL},
      {"élus et associations", v1::AUDIENCE_CATEGORY_UNSPECIFIED},
      {"divers", v1::AUDIENCE_CATEGORY_UNSPECIFIED},
  };
  for (const auto& [text, category] : kCases) EXPECT_EQ(ReadCategory(text), category) << text;
}

TEST(Organisations, JoinNamesOfPlacesAsFrenchDoes) {
  const std::pair<const char*, const char*> kCommunes[] = {
      {"Saint-Omer", "Commune de Saint-Omer"},
      {"Aire-sur-la-Lys", "Commune d'Aire-sur-la-Lys"},
      {"Éperlecques", "Commune d'Éperlecques"},
      {"Œuilly", "Commune d'Œuilly"},
      {"Ytres", "Commune d'Ytres"},
      {"Hallines", "Commune d'Hallines"},
      {"Houlle", "Commune de Houlle"},
      {"Haut-Bocage", "Commune de Haut-Bocage"},
      {"Le Touquet-Paris-Plage", "Commune du Touquet-Paris-Plage"},
      {"Les Attaques", "Commune des Attaques"},
      {"La Couture", "Commune de La Couture"},
      {"L'Isle-Adam", "Commune de L'Isle-Adam"}};
  for (const auto& [name, joined] : kCommunes) EXPECT_EQ(OfCommune(name), joined);
  const std::pair<const char*, const char*> kOthers[] = {
      {"Pas-de-Calais", "du Pas-de-Calais"},
      {"Aisne", "de l'Aisne"},
      {"Somme", "de la Somme"},
      {"Ardennes", "des Ardennes"},
      {"Mayotte", "de Mayotte"},
      {"Eure-et-Loir", "d'Eure-et-Loir"},
      {"Hauts-de-France", "des Hauts-de-France"}};
  for (const auto& [name, joined] : kOthers) EXPECT_EQ(OfDepartementOrRegion(name), joined);
}

}  // namespace
}  // namespace maillage::interchange

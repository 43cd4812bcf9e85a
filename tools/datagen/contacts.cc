#include "tools/datagen/contacts.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "server/interchange/place_names.h"
#include "tools/datagen/windows1252.h"

namespace maillage::datagen {
namespace {

constexpr absl::string_view kInstitutions[] = {"CCAS",
                                               "Mairie",
                                               "École élémentaire",
                                               "Collège",
                                               "Lycée",
                                               "Commissariat",
                                               "Office public de l'habitat",
                                               "Centre hospitalier",
                                               "Police municipale",
                                               "Caisse d'allocations familiales",
                                               "France Travail",
                                               "Sous-préfecture"};
constexpr absl::string_view kAssociations[] = {"Association Les Amis",
                                               "ASSO REGARDS",
                                               "Club de judo",
                                               "Amicale laïque",
                                               "Comité des fêtes",
                                               "Collectif citoyen",
                                               "Association Écho",
                                               "Foyer rural",
                                               "Association des parents d'élèves",
                                               "Club des aînés",
                                               "Fédération des jardins ouvriers",
                                               "Association « D’ici et d’ailleurs »",
                                               "Ligue des marcheurs",
                                               "Amicale des pêcheurs"};
constexpr absl::string_view kCompanies[] = {"SARL",        "SAS",        "EURL",      "Garage",
                                            "Boulangerie", "Menuiserie", "SCOP",      "Imprimerie",
                                            "Restaurant",  "Pharmacie",  "Transports"};
constexpr absl::string_view kBoardRoles[] = {"Président(e)", "Trésorier(e)",
                                             "Secrétaire",   "Vice-président(e)",
                                             "Bénévole",     "Membre du bureau"};
constexpr absl::string_view kJobs[] = {"Médiateur(rice)",
                                       "Chargé(e) de mission",
                                       "Directeur(rice)",
                                       "Assistant(e) social(e)",
                                       "Conseiller(e) en insertion",
                                       "Éducateur(rice)",
                                       "Animateur(rice)",
                                       "Responsable de service",
                                       "Secrétaire de mairie",
                                       "Enseignant(e)",
                                       "Infirmier(e)",
                                       "Chef de projet"};
constexpr absl::string_view kFreeMail[] = {"habitants.example.net", "courriel.example.com",
                                           "boite.example.net", "perso.example.org"};

// "Président(e)" as the person would write it.
std::string Agreed(absl::string_view role, bool woman) {
  const size_t open = role.find('(');
  if (open == absl::string_view::npos) return std::string(role);
  const size_t close = role.find(')', open);
  const absl::string_view stem = role.substr(0, open);
  const absl::string_view ending = role.substr(open + 1, close - open - 1);
  const std::string rest = Agreed(role.substr(close + 1), woman);
  if (!woman) return absl::StrCat(stem, rest);
  if (ending == "rice") return absl::StrCat(absl::StripSuffix(stem, "eur"), "rice", rest);
  if (absl::EndsWith(stem, "ier")) return absl::StrCat(absl::StripSuffix(stem, "er"), "ère", rest);
  if (absl::EndsWith(stem, "ller")) return absl::StrCat(absl::StripSuffix(stem, "er"), "ère", rest);
  return absl::StrCat(stem, ending, rest);
}

// "de Saint-Omer", "d'Arques", "du Touquet".
std::string Of(const v1::Territory& commune) {
  const std::string whole = interchange::OfCommune(commune.title());
  return whole.substr(whole.find(' ') + 1);
}

std::string InventStructure(Kind kind, const v1::Territory& commune, Dice* dice) {
  switch (kind) {
    case Kind::kInstitution:
    case Kind::kProfessional:
      return absl::StrCat(dice->Pick(kInstitutions), " ", Of(commune));
    case Kind::kAssociation:
      return absl::StrCat(dice->Pick(kAssociations), " ", Of(commune));
    case Kind::kCompany:
      return absl::StrCat(dice->Pick(kCompanies), " ", InventPerson(dice).family);
    case Kind::kCitizen:
      return dice->Throw(12) == 0 ? absl::StrCat("Conseil citoyen ", Of(commune)) : "";
  }
  return "";
}

std::string InventRole(Kind kind, bool woman, Dice* dice) {
  switch (kind) {
    case Kind::kAssociation:
      return Agreed(dice->Pick(kBoardRoles), woman);
    case Kind::kCompany:
      return woman ? "Gérante" : "Gérant";
    case Kind::kCitizen:
      return "";
    default:
      return Agreed(dice->Pick(kJobs), woman);
  }
}

absl::string_view DomainOf(Kind kind) {
  switch (kind) {
    case Kind::kInstitution:
      return "institutions.example.org";
    case Kind::kAssociation:
      return "associations.example.org";
    case Kind::kCompany:
      return "entreprises.example.com";
    case Kind::kProfessional:
      return "services.example.org";
    case Kind::kCitizen:
      return "habitants.example.net";
  }
  return "example.org";
}

absl::string_view WordOf(Kind kind) {
  switch (kind) {
    case Kind::kInstitution:
      return "institution";
    case Kind::kAssociation:
      return "association";
    case Kind::kCompany:
      return "company";
    case Kind::kProfessional:
      return "professional";
    case Kind::kCitizen:
      return "citizen";
  }
  return "";
}

std::string InventSince(Dice* dice) {
  const auto day = 1 + dice->Throw(28), month = 1 + dice->Throw(12), year = 2008 + dice->Throw(17);
  switch (dice->Throw(4)) {
    case 0:
      return absl::StrFormat("%02d/%02d/%02d", day, month, year % 100);
    case 1:
      return absl::StrFormat("%02d/%02d/%04d", day, month, year);
    case 2:
      return absl::StrFormat("%04d-%02d-%02d", year, month, day);
    default:
      return "";
  }
}

void NamePerson(const Person& person, Contact* contact) {
  contact->civility = person.woman ? "Mme" : "M.";
  contact->family = Upper(person.family);
  contact->given = person.given;
}

}  // namespace

bool IsBare(const Contact& contact) { return contact.family.empty(); }

Contact InventContact(uint64_t seed, Kind kind, int64_t number, const v1::Territory& commune,
                      const Member* known) {
  Dice dice(seed, absl::StrCat("contact/", DomainOf(kind)), number);
  Contact contact;
  contact.person = known != nullptr ? known->id : absl::StrCat(WordOf(kind), "-", number);
  const bool bare =
      known == nullptr &&
      (kind == Kind::kInstitution ||
       ((kind == Kind::kAssociation || kind == Kind::kCompany) && dice.Throw(2) == 0));
  contact.structure = InventStructure(kind, commune, &dice);
  const Person person = known != nullptr ? known->person : InventPerson(&dice);
  const std::string at = absl::StrCat(".", number + 1, "@", DomainOf(kind));
  if (bare) {
    contact.email = absl::StrCat("contact.", Slug(commune.title()), at);
  } else {
    NamePerson(person, &contact);
    contact.role = InventRole(kind, person.woman, &dice);
    contact.email = known != nullptr ? known->email : absl::StrCat(Mailbox(person), at);
    // Some have a mailbox of their own as well.
    if (known == nullptr && dice.Throw(8) == 0) {
      static constexpr absl::string_view kGaps[] = {" / ", " ; ", ", ", "\n"};
      absl::StrAppend(&contact.email, dice.Pick(kGaps), Mailbox(person), ".",
                      Slug(DomainOf(kind)).substr(0, 4), number + 1, "@", dice.Pick(kFreeMail));
    }
  }
  contact.phone = bare || dice.Throw(2) == 0 ? Landline(&dice) : Mobile(&dice);
  if (!bare && dice.Throw(5) == 0) absl::StrAppend(&contact.phone, " / ", Mobile(&dice));
  if (dice.Throw(3) != 0) contact.street = Street(&dice);
  if (commune.postal_codes_size() > 0) contact.postal_code = commune.postal_codes(0);
  contact.town = dice.Throw(3) == 0 ? Upper(commune.title()) : commune.title();
  if (!bare && kind != Kind::kCitizen) contact.since = InventSince(&dice);
  return contact;
}

Contact ContactOf(const Member& member, uint64_t seed) {
  Dice dice(seed, absl::StrCat("mandate/", member.commune->ref().code()), member.seat);
  Contact contact;
  contact.person = member.id;
  NamePerson(member.person, &contact);
  contact.structure = interchange::OfCommune(member.commune->title());
  contact.role = member.role;
  contact.email = member.email;
  contact.phone = dice.Throw(2) == 0 ? Mobile(&dice) : "";
  if (member.commune->postal_codes_size() > 0) {
    contact.postal_code = member.commune->postal_codes(0);
  }
  contact.town = Upper(member.commune->title());
  contact.since = member.since;
  return contact;
}

}  // namespace maillage::datagen

#include "tools/datagen/retelling.h"

#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/interchange/fold.h"
#include "tools/datagen/windows1252.h"

namespace maillage::datagen {
namespace {

// "LEFEVRE D HULST": how names look once they went through an old program.
std::string Plain(absl::string_view name) { return absl::AsciiStrToUpper(interchange::Fold(name)); }

// Two letters change their places; nothing where there are few, or others than
// those of ASCII around.
void Slip(std::string* name, Dice* dice) {
  if (name->size() < 6) return;
  const size_t at = 2 + dice->Throw(name->size() - 4);
  char &first = (*name)[at], &second = (*name)[at + 1];
  if (absl::ascii_isalpha(first) && absl::ascii_isalpha(second)) std::swap(first, second);
}

void RetellNames(Contact* contact, Dice* dice) {
  switch (dice->Throw(4)) {
    case 0:
      contact->family = Plain(contact->family);
      contact->given = Plain(contact->given);
      break;
    case 1:
      contact->family = absl::StrReplaceAll(contact->family, {{" ", ""}, {"'", ""}});
      break;
    case 2:
      contact->given = absl::StrReplaceAll(contact->given, {{"-", " "}});
      break;
    default:
      Slip(&contact->family, dice);
  }
  if (dice->Throw(2) == 0) contact->civility.clear();
}

void RetellStructure(Contact* contact, Dice* dice) {
  if (dice->Throw(3) == 0) contact->structure = Plain(contact->structure);
  contact->structure = absl::StrReplaceAll(
      contact->structure, {{"Association ", "Asso "}, {"Saint-", "St "}, {"Sainte-", "Ste "}});
  if (dice->Throw(3) == 0) contact->role.clear();
}

// The mailbox that a person keeps at home: the same whoever writes it down.
std::string HomeMailbox(const Contact& contact) {
  return absl::StrCat(absl::StrReplaceAll(contact.person, {{"~", "."}}), "@maison.example.net");
}

Person Another(const Contact& contact, Dice* dice) {
  Person person = InventPerson(dice);
  const bool woman = contact.civility == "Mme";
  // Of two who share all else, the given name is what tells them apart.
  while (person.woman != woman || person.given == contact.given) person = InventPerson(dice);
  return person;
}

}  // namespace

Contact Retold(Contact contact, Dice* dice) {
  const bool mobile = absl::StartsWith(contact.phone, "06");
  const uint64_t lot = dice->Throw(10);
  if (lot < 2 && !IsBare(contact) && !contact.structure.empty()) {
    // Neither address nor number: then the names have to do.
    contact.email.clear();
    contact.phone.clear();
    if (dice->Throw(2) == 0) contact.family = Plain(contact.family);
    return contact;
  }
  if (lot < 4 && mobile) {
    contact.email.clear();
  } else if (lot < 5 && !IsBare(contact)) {
    absl::StrAppend(&contact.email, " / ", HomeMailbox(contact));
  } else if (dice->Throw(3) == 0) {
    contact.phone.clear();
  }
  if (!IsBare(contact)) RetellNames(&contact, dice);
  RetellStructure(&contact, dice);
  if (dice->Throw(2) == 0) contact.street.clear();
  contact.since.clear();
  return contact;
}

Contact Lookalike(Contact contact, absl::string_view mark, Dice* dice) {
  const Person other = Another(contact, dice);
  const std::string at = absl::StrCat(".", mark, "@proches.example.org");
  absl::StrAppend(&contact.person, "~", mark);
  switch (dice->Throw(3)) {
    case 0:  // father and son: one house, one telephone, one council
      contact.given = other.given;
      contact.email = absl::StrCat(Mailbox(other), at);
      return contact;
    case 1:  // a colleague, known by the addresses of the house alone
      contact.family = Upper(other.family);
      contact.given = other.given;
      contact.email = absl::StrCat("contact@", Slug(contact.town), ".example.org");
      contact.phone = absl::StrCat("03 53 01 00 ", 10 + contact.town.size() % 90);
      return contact;
    default:  // the same name elsewhere
      contact.structure.clear();
      contact.role.clear();
      contact.street = Street(dice);
      contact.phone = Mobile(dice);
      contact.email = absl::StrCat("homonyme", at);
      contact.postal_code = "62100";
      contact.town = "Calais";
      return contact;
  }
}

}  // namespace maillage::datagen

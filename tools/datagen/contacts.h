// Rows of address lists.
#ifndef TOOLS_DATAGEN_CONTACTS_H_
#define TOOLS_DATAGEN_CONTACTS_H_

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "maillage/v1/territory.pb.h"
#include "tools/datagen/council.h"
#include "tools/datagen/people.h"

namespace maillage::datagen {

enum class Kind { kInstitution, kAssociation, kCompany, kProfessional, kCitizen };

// One line of a spreadsheet.
struct Contact {
  // Who it is: the same in all files of one seed.
  std::string person;
  std::string civility, family, given, structure, role, email, phone, street, postal_code, town,
      since;
};

// Row `number` of a list. With `known`, the person is that member of a council.
Contact InventContact(uint64_t seed, Kind kind, int64_t number, const v1::Territory& commune,
                      const Member* known);

Contact ContactOf(const Member& member, uint64_t seed);

// Whether the row is an organisation without a person.
bool IsBare(const Contact& contact);

}  // namespace maillage::datagen

#endif  // TOOLS_DATAGEN_CONTACTS_H_

// What the attributes of directories (RFC 4519, inetOrgPerson, Mozilla's) hold.
#ifndef SERVER_INTERCHANGE_LDIF_ATTRIBUTES_H_
#define SERVER_INTERCHANGE_LDIF_ATTRIBUTES_H_

#include <array>
#include <string>

#include "absl/strings/string_view.h"
#include "server/interchange/address.h"
#include "server/interchange/entry.h"
#include "server/interchange/headings.h"

namespace maillage::interchange {

enum class LdifUse { kField, kAddress, kClass, kChange };
enum class AddressPart { kLine, kWhole, kPostalCode, kLocality, kCountry };

struct LdifAttribute {
  absl::string_view name;  // lower case
  LdifUse use = LdifUse::kField;
  Field field = Field::kUnknown;
  v1::ContactScope scope = v1::CONTACT_SCOPE_UNSPECIFIED;
  AddressPart part = AddressPart::kLine;
};

// Null for what nothing is read from.
const LdifAttribute* FindLdifAttribute(absl::string_view name);

// The parts of the addresses of one entry: that of work and that of home.
class LdifAddresses {
 public:
  void Add(const PropertyInfo& info, AddressPart part, absl::string_view text);
  void Release(Entry* entry);

 private:
  struct Address {
    bool filled = false;
    PropertyInfo info;
    AddressParts parts;
    std::string whole;
  };
  std::array<Address, 2> addresses_;  // work or not said, private
};

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_LDIF_ATTRIBUTES_H_

// Postal addresses that come in parts.
#ifndef SERVER_INTERCHANGE_ADDRESS_H_
#define SERVER_INTERCHANGE_ADDRESS_H_

#include <string>
#include <vector>

#include "maillage/v1/actor.pb.h"

namespace maillage::interchange {

// Each as it came; any may be empty.
struct AddressParts {
  std::vector<std::string> lines;  // each may hold line breaks
  std::string postal_code, locality, country;
};

// False where nothing is left of it. The postal code stays as written, for whoever
// knows the rules of the country; a country that is not known stands as last line.
bool MakeAddress(const AddressParts& parts, v1::PostalAddress* postal);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_ADDRESS_H_

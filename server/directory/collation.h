// French alphabetical order.
#ifndef SERVER_DIRECTORY_COLLATION_H_
#define SERVER_DIRECTORY_COLLATION_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::directory {

// Bytes that compare as the names do in French (CLDR, by ICU). Thread safe.
std::string CollationKey(absl::string_view utf8);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_COLLATION_H_

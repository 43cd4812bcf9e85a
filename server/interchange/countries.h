// Countries as people name them in addresses.
#ifndef SERVER_INTERCHANGE_COUNTRIES_H_
#define SERVER_INTERCHANGE_COUNTRIES_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"

namespace maillage::interchange {

// ISO 3166-1 alpha-2 for a code or a name in French, English or the country's
// own German or Dutch; empty for France. Nothing for what names no country.
std::optional<std::string> CountryCode(absl::string_view clean);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_COUNTRIES_H_

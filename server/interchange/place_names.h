// Names of places as French joins them to other words.
#ifndef SERVER_INTERCHANGE_PLACE_NAMES_H_
#define SERVER_INTERCHANGE_PLACE_NAMES_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::interchange {

// "Commune de Saint-Omer", "Commune d'Aire-sur-la-Lys", "Commune du Touquet".
std::string OfCommune(absl::string_view name);
// "du Pas-de-Calais", "de l'Aisne", "des Hauts-de-France", "de Mayotte".
std::string OfDepartementOrRegion(absl::string_view name);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_PLACE_NAMES_H_

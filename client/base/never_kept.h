// What the product never keeps of a person, and why.
#ifndef CLIENT_BASE_NEVER_KEPT_H_
#define CLIENT_BASE_NEVER_KEPT_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage {

// Why no field has this name, where it stands for a birth date, a political label,
// a state of health or the like, with the article of the RGPD; empty for other
// names. Takes names as people write them: "Date de naissance", "birth_date".
std::string WhyNeverKept(absl::string_view field);

}  // namespace maillage

#endif  // CLIENT_BASE_NEVER_KEPT_H_

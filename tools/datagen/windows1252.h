// Text as a spreadsheet on Windows saves it.
#ifndef TOOLS_DATAGEN_WINDOWS1252_H_
#define TOOLS_DATAGEN_WINDOWS1252_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::datagen {

// Characters that windows-1252 lacks become "?".
std::string ToWindows1252(absl::string_view utf8);
// Capitals, with their accents.
std::string Upper(absl::string_view utf8);

}  // namespace maillage::datagen

#endif  // TOOLS_DATAGEN_WINDOWS1252_H_

// What happens to rows on their way through spreadsheets, exports and hands.
#ifndef TOOLS_DATAGEN_DAMAGE_H_
#define TOOLS_DATAGEN_DAMAGE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "tools/datagen/people.h"

namespace maillage::datagen {

// A cell in quotes, where it needs them.
std::string Quoted(absl::string_view cell);

// The bytes of a row of a list (without the line's end) with one damage by
// lot. The cells are those of Contact, in their order, in UTF-8.
std::string DamagedLine(std::vector<std::string> cells, Dice* dice);

}  // namespace maillage::datagen

#endif  // TOOLS_DATAGEN_DAMAGE_H_

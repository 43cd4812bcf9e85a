// Councils as the Répertoire national des élus lists them.
#ifndef TOOLS_DATAGEN_RNE_H_
#define TOOLS_DATAGEN_RNE_H_

#include <string>
#include <vector>

#include "tools/datagen/council.h"

namespace maillage::datagen {

// The headings of the file of municipal councillors.
const std::vector<std::string>& RneHeadings();

// A line of it.
std::vector<std::string> RneCells(const Member& member, uint64_t seed);

}  // namespace maillage::datagen

#endif  // TOOLS_DATAGEN_RNE_H_

// How a French word sounds, roughly: for finding names that are spelled almost so.
#ifndef SERVER_DIRECTORY_SOUND_H_
#define SERVER_DIRECTORY_SOUND_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::directory {

// The consonants that are heard, at most 8, in capitals; "A" first where a vowel
// is. "lefevre", "lefebvre" and "lefaivre" are LFVR, "henin" is ANN, "braecke"
// BRK. Silent endings and doubled letters count once or not at all. Empty for
// words that have a digit or fewer than three letters: they sound like too many.
std::string SoundOf(absl::string_view word);

// How many letters must be put in, left out, replaced or swapped with their
// neighbour to make one word of the other; `most` + 1 where it is more than that.
int EditDistance(absl::string_view a, absl::string_view b, int most);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_SOUND_H_

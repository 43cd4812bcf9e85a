// How well a record answers a search, once it was read.
#ifndef SERVER_DIRECTORY_SEARCH_RANK_H_
#define SERVER_DIRECTORY_SEARCH_RANK_H_

#include <cstdint>
#include <optional>

#include "maillage/v1/actor.pb.h"
#include "server/directory/search_match.h"
#include "server/directory/sought_text.h"

namespace maillage::directory {

// The smaller the better. Names count more than territories, these more than
// organisations and roles; each letter that differs counts; names with words that
// nobody asked for come later, and the institution of a place before others.
// Nothing for a near miss that is spelled too differently.
std::optional<uint16_t> RankOf(const SoughtText& sought, MatchClass match, const v1::Actor& actor);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_SEARCH_RANK_H_

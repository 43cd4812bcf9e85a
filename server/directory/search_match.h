// Who matches a search, by the index alone.
#ifndef SERVER_DIRECTORY_SEARCH_MATCH_H_
#define SERVER_DIRECTORY_SEARCH_MATCH_H_

#include <array>

#include "absl/status/statusor.h"
#include "roaring/roaring.hh"
#include "server/directory/explain.h"
#include "server/directory/sought_text.h"
#include "server/storage/reader.h"

namespace maillage::directory {

// How well somebody matches; a smaller class goes before a greater one.
enum class MatchClass {
  kName = 0,   // every word is one of the actor's own names
  kWords = 1,  // or of its organisations, roles or territories
  kTyped = 2,  // or is begun so, or is joined or split otherwise
  kNear = 3,   // or sounds alike, or is spelled almost so
};
inline constexpr size_t kMatchClasses = 4;

struct Matches {
  // Each without those before it.
  std::array<Roaring, kMatchClasses> classes;
  // Near misses that are spelled, and not merely sound, almost so.
  Roaring spelled;
  // The last word is begun like more words than are looked at: there are more.
  bool whole = true;

  int64_t total() const;
  Roaring All() const;
};

// Among `among`. Near misses are looked for where the other classes have fewer
// than 20 together, or with `near`. Adds to `explanation`, where there is one, what
// it read. Errors are those of reading.
absl::StatusOr<Matches> FindMatches(const storage::Reader& reader, const SoughtText& sought,
                                    const Roaring& among, bool near, Explanation* explanation);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_SEARCH_MATCH_H_

// What a search reads of the index; private to the search.
#ifndef SERVER_DIRECTORY_SEARCH_READS_H_
#define SERVER_DIRECTORY_SEARCH_READS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "roaring/roaring.hh"
#include "server/directory/explain.h"
#include "server/directory/place_index.h"
#include "server/directory/terms.h"
#include "server/storage/reader.h"

namespace maillage::directory {

// Remembers the first error, and that something was cut off, so that sets can be
// joined as they are read. Not thread safe.
class SearchReads {
 public:
  SearchReads(const storage::Reader& reader, Explanation* explanation)
      : reader_(reader), explanation_(explanation) {}

  Roaring Term(Field field, const std::string& text);
  // Terms that begin so; of very many, the first ones in order of the alphabet.
  Roaring Begun(Field field, const std::string& prefix);
  // Words of names that begin with the same letters and are spelled almost so.
  // `share`: among how many words what may be read is shared.
  Roaring Spelled(const std::string& word, size_t share);
  // Actors in these territories and in those below them.
  Roaring In(const PlaceIndex::Places& places);

  const absl::Status& status() const { return status_; }
  bool whole() const { return whole_; }

 private:
  Roaring Keep(absl::StatusOr<Roaring> read, absl::string_view index, absl::string_view text);

  const storage::Reader& reader_;
  Explanation* const explanation_;
  absl::Status status_;
  bool whole_ = true;
};

// How many letters may be wrong in a word.
int ErrorsAllowed(absl::string_view word);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_SEARCH_READS_H_

// The official territories by the words of their names, for searches.
//
// A name, present or former, is its words without particles (words.h):
// "Saint-Martin-au-Laert" is "saint martin laert". A commune is found by any words
// that stand in its name in a row; what is above communes by its whole name alone,
// the "Pays" of a community without "CC" or "CA" before it, too; arrondissements
// not at all, as they are called like a commune.
#ifndef SERVER_DIRECTORY_PLACE_INDEX_H_
#define SERVER_DIRECTORY_PLACE_INDEX_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/territory.pb.h"
#include "server/directory/words.h"

namespace maillage::directory {

// Immutable; thread safe.
class PlaceIndex {
 public:
  // Made at first use, of about 3 MB; lives for ever.
  static const PlaceIndex& Official();

  using Places = std::vector<const v1::Territory*>;
  // Territories with a name that has these words in a row; with `open`, the last
  // word may be only begun. Where there are more than `most`, those that have no
  // other words; none where these are more, too.
  Places Find(absl::string_view words, bool open, size_t most) const;
  // Communes of a postal code; none where no commune has it.
  Places WithPostalCode(absl::string_view code) const;

 private:
  struct Entry {
    uint32_t start;  // in names_, where a word begins; the name goes on to its line's end
    uint32_t place : 30;
    uint32_t is_begin : 1;  // the name begins here, too
    uint32_t is_whole : 1;  // found by the whole name alone
  };
  PlaceIndex();
  void AddCommune(absl::string_view name, uint32_t place);
  void AddWhole(const Words& words, uint32_t place);
  absl::string_view TextAt(uint32_t start) const;

  std::string names_;           // one a line
  std::vector<Entry> entries_;  // by the text from `start` on
  absl::flat_hash_map<absl::string_view, Places> by_postal_code_;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_PLACE_INDEX_H_

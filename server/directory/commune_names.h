// Finding communes by the names that people write.
#ifndef SERVER_DIRECTORY_COMMUNE_NAMES_H_
#define SERVER_DIRECTORY_COMMUNE_NAMES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace maillage::directory {

// How a name names a commune; a smaller rank is the better reading.
enum class NameRank : uint8_t { kPresent = 0, kFormer = 1, kWithoutArticle = 2 };

// The one spelling by which names are compared: folded, "st" as "saint", "s/" as
// "sur", "lez" as "les".
std::string CommuneKey(absl::string_view name);

// A name as it stands in an address, taken apart.
struct WrittenLocality {
  std::string key;          // without CEDEX, numbers and postal code
  std::string postal_code;  // five digits that stood before the name, or empty
};
WrittenLocality ReadLocality(absl::string_view text);

// An index of names; filled, sealed, then thread safe.
class CommuneNames {
 public:
  struct Entry {
    uint64_t hash;  // of the key; at 64 bits no two of the 50,000 keys meet
    uint32_t commune;
    NameRank rank;
  };
  void Add(absl::string_view name, uint32_t commune, NameRank rank);
  void Seal();
  // Entries of a key, by rank, then commune.
  std::vector<Entry> Find(absl::string_view key) const;

 private:
  std::vector<Entry> entries_;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_COMMUNE_NAMES_H_

// What is to be purged, gathered in bounded memory.
#ifndef SERVER_STORAGE_PURGE_LIST_H_
#define SERVER_STORAGE_PURGE_LIST_H_

#include <map>
#include <vector>

#include "server/storage/database.h"

namespace maillage::storage {

// Not thread safe.
class PurgeList {
 public:
  // Many ranges of a family become the one that spans them.
  void Add(KeyRange range);
  // Everything that a family holds.
  void AddAll(Family family) { Add({family, "", ""}); }
  bool empty() const { return ranges_.empty(); }
  // Leaves it empty.
  std::vector<KeyRange> Take();

 private:
  std::map<Family, std::vector<KeyRange>> ranges_;
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_PURGE_LIST_H_

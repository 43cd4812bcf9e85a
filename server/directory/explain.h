// Which indexes were read for an answer, for people who ask why.
#ifndef SERVER_DIRECTORY_EXPLAIN_H_
#define SERVER_DIRECTORY_EXPLAIN_H_

#include <cstdint>
#include <string>
#include <vector>

namespace maillage::directory {

struct IndexUse {
  std::string index;   // "territory", "name"
  std::string text;    // what was sought there: "EPCI/200069037", "lef*"
  int64_t actors = 0;  // that it holds for it
};

using Explanation = std::vector<IndexUse>;

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_EXPLAIN_H_

// The parsed form of a filter; private to the filter.
#ifndef SERVER_DIRECTORY_FILTER_NODE_H_
#define SERVER_DIRECTORY_FILTER_NODE_H_

#include <memory>
#include <string>
#include <vector>

#include "server/directory/filter.h"

namespace maillage::directory {

// Immutable once built.
struct Filter::Node {
  enum class Kind { kAnd, kOr, kNot, kTerm };
  Kind kind = Kind::kTerm;
  std::vector<std::shared_ptr<const Node>> children;  // kNot has one, kTerm none
  Term term;                                          // kTerm: the posting
  std::string text;                                   // kTerm: canonical form
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_FILTER_NODE_H_

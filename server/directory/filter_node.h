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
  enum class Kind { kAnd, kOr, kNot, kTerm, kRange };
  Kind kind = Kind::kTerm;
  std::vector<std::shared_ptr<const Node>> children;  // kNot has one, kTerm and kRange none
  Term term;                                          // kTerm: the posting; kRange: the first
  std::string to;  // kRange: the text after the last; empty: to the end of the field
  // Canonical form of what one restriction of the filter became; empty on what
  // joins restrictions.
  std::string text;
};

using FilterNodePtr = std::shared_ptr<const Filter::Node>;

inline FilterNodePtr JoinNodes(Filter::Node::Kind kind, std::vector<FilterNodePtr> children,
                               std::string text = "") {
  if (children.size() == 1 && kind != Filter::Node::Kind::kNot && text.empty()) {
    return children.front();
  }
  auto node = std::make_shared<Filter::Node>();
  node->kind = kind;
  node->children = std::move(children);
  node->text = std::move(text);
  return node;
}

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_FILTER_NODE_H_

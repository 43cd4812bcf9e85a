#include "server/directory/filter.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/directory/filter_node.h"
#include "server/storage/postings.h"

namespace maillage::directory {
namespace {

using Node = Filter::Node;

bool MatchesNode(const Node& node, const Terms& terms) {
  const auto matches = [&](const auto& child) { return MatchesNode(*child, terms); };
  switch (node.kind) {
    case Node::Kind::kAnd:
      return std::all_of(node.children.begin(), node.children.end(), matches);
    case Node::Kind::kOr:
      return std::any_of(node.children.begin(), node.children.end(), matches);
    case Node::Kind::kNot:
      return !matches(node.children.front());
    case Node::Kind::kTerm:
      return std::binary_search(terms.begin(), terms.end(), node.term);
  }
  return false;
}

absl::StatusOr<Roaring> ReadTerm(const storage::Reader& reader, Field field,
                                 absl::string_view text) {
  return storage::ReadPosting(reader, static_cast<uint8_t>(field), text);
}

absl::StatusOr<Roaring> EvaluateNode(const Node& node, const storage::Reader& reader) {
  if (node.kind == Node::Kind::kTerm) return ReadTerm(reader, node.term.first, node.term.second);
  ASSIGN_OR_RETURN(Roaring result, EvaluateNode(*node.children.front(), reader));
  if (node.kind == Node::Kind::kNot) {
    ASSIGN_OR_RETURN(const Roaring all, ReadTerm(reader, Field::kAll, ""));
    return all - result;
  }
  for (size_t i = 1; i < node.children.size(); ++i) {
    ASSIGN_OR_RETURN(const Roaring next, EvaluateNode(*node.children[i], reader));
    if (node.kind == Node::Kind::kAnd) {
      result &= next;
    } else {
      result |= next;
    }
  }
  return result;
}

// Parentheses stand where the kind of the parent would take the child apart.
std::string Print(const Node& node) {
  if (node.kind == Node::Kind::kTerm) return node.text;
  if (node.kind == Node::Kind::kNot) {
    const Node& child = *node.children.front();
    const std::string inner = Print(child);
    return child.kind == Node::Kind::kTerm ? absl::StrCat("NOT ", inner)
                                           : absl::StrCat("NOT (", inner, ")");
  }
  const absl::string_view joint = node.kind == Node::Kind::kAnd ? " AND " : " OR ";
  std::string text;
  for (const auto& child : node.children) {
    const bool nested = child->kind == Node::Kind::kAnd ||
                        (child->kind == Node::Kind::kOr && node.kind == Node::Kind::kOr);
    absl::StrAppend(&text, text.empty() ? "" : joint, nested ? "(" : "", Print(*child),
                    nested ? ")" : "");
  }
  return text;
}

}  // namespace

Filter::Filter() = default;

bool Filter::Matches(const Terms& terms) const {
  return root_ == nullptr || MatchesNode(*root_, terms);
}

absl::StatusOr<Roaring> Filter::Evaluate(const storage::Reader& reader) const {
  if (root_ == nullptr) return ReadTerm(reader, Field::kAll, "");
  return EvaluateNode(*root_, reader);
}

std::string Filter::ToString() const { return root_ == nullptr ? "" : Print(*root_); }

}  // namespace maillage::directory

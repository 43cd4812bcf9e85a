#include "server/directory/filter.h"

#include <algorithm>
#include <utility>

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
    case Node::Kind::kRange: {
      const auto first = std::lower_bound(terms.begin(), terms.end(), node.term);
      return first != terms.end() && first->first == node.term.first &&
             (node.to.empty() || first->second < node.to);
    }
  }
  return false;
}

// Terms that are taken, and not shut out by a NOT.
void AddNamed(const Node& node, bool taken, Terms* named) {
  if (node.kind == Node::Kind::kTerm && taken) named->push_back(node.term);
  const bool below = node.kind == Node::Kind::kNot ? !taken : taken;
  for (const auto& child : node.children) AddNamed(*child, below, named);
}

absl::StatusOr<Roaring> ReadTerm(const storage::Reader& reader, Field field,
                                 absl::string_view text) {
  return storage::ReadPosting(reader, static_cast<uint8_t>(field), text);
}

// What people see of a leaf: bytes of node ids say nothing.
std::string ShownText(const Node& node) {
  const auto& [field, text] = node.term;
  if (field == Field::kOrigin) return ToText(NodeId(text));
  if (node.kind == Node::Kind::kTerm) return text;
  if (!node.to.empty() && node.to == storage::PrefixEnd(text)) return absl::StrCat(text, "*");
  return absl::StrCat(text, " to ", node.to);
}

absl::StatusOr<Roaring> EvaluateLeaf(const Node& node, const storage::Reader& reader,
                                     Explanation* explanation) {
  const auto& [field, text] = node.term;
  Roaring result;
  if (node.kind == Node::Kind::kTerm) {
    ASSIGN_OR_RETURN(result, ReadTerm(reader, field, text));
  } else {
    const storage::TermRange range{static_cast<uint8_t>(field), text, node.to};
    ASSIGN_OR_RETURN(storage::RangePosting read, storage::ReadPostings(reader, range));
    result = std::move(read.ordinals);
  }
  if (explanation != nullptr) {
    explanation->push_back({std::string(FieldName(field)), ShownText(node),
                            static_cast<int64_t>(result.cardinality())});
  }
  return result;
}

absl::StatusOr<Roaring> EvaluateNode(const Node& node, const storage::Reader& reader,
                                     Explanation* explanation) {
  if (node.children.empty()) return EvaluateLeaf(node, reader, explanation);
  ASSIGN_OR_RETURN(Roaring result, EvaluateNode(*node.children.front(), reader, explanation));
  if (node.kind == Node::Kind::kNot) {
    ASSIGN_OR_RETURN(const Roaring all, ReadTerm(reader, Field::kAll, ""));
    return all - result;
  }
  for (size_t i = 1; i < node.children.size(); ++i) {
    ASSIGN_OR_RETURN(const Roaring next, EvaluateNode(*node.children[i], reader, explanation));
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
  if (!node.text.empty()) return node.text;
  if (node.kind == Node::Kind::kNot) {
    const Node& child = *node.children.front();
    const std::string inner = Print(child);
    return child.text.empty() ? absl::StrCat("NOT (", inner, ")") : absl::StrCat("NOT ", inner);
  }
  const absl::string_view joint = node.kind == Node::Kind::kAnd ? " AND " : " OR ";
  std::string text;
  for (const auto& child : node.children) {
    const bool nested =
        child->text.empty() && (child->kind == Node::Kind::kAnd ||
                                (child->kind == Node::Kind::kOr && node.kind == Node::Kind::kOr));
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

bool Filter::Names(const Term& term) const {
  Terms named;
  if (root_ != nullptr) AddNamed(*root_, /*taken=*/true, &named);
  return std::find(named.begin(), named.end(), term) != named.end();
}

std::vector<std::string> Filter::NamedTexts(Field field) const {
  Terms named;
  if (root_ != nullptr) AddNamed(*root_, /*taken=*/true, &named);
  SortTerms(&named);
  std::vector<std::string> texts;
  for (Term& term : named) {
    if (term.first == field) texts.push_back(std::move(term.second));
  }
  return texts;
}

absl::StatusOr<Roaring> Filter::Evaluate(const storage::Reader& reader,
                                         Explanation* explanation) const {
  static const Node& all = *[] {
    auto* node = new Node;
    node->term = {Field::kAll, ""};
    return node;
  }();
  return EvaluateNode(root_ == nullptr ? all : *root_, reader, explanation);
}

std::string Filter::ToString() const { return root_ == nullptr ? "" : Print(*root_); }

}  // namespace maillage::directory

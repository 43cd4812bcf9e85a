// Filter::Parse: recursive descent over the tokens.
#include <algorithm>
#include <array>
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/filter.h"
#include "server/directory/filter_fields.h"
#include "server/directory/filter_node.h"
#include "server/directory/filter_tokens.h"

namespace maillage::directory {
namespace {

using Node = Filter::Node;
using NodePtr = FilterNodePtr;
using Token = FilterToken;

constexpr size_t kMaxBytes = 4096;
constexpr int kMaxDepth = 32;
constexpr std::array<absl::string_view, 7> kComparators = {"=", "!=", ":", "<", ">", "<=", ">="};

// A field, and no joint that somebody wrote small.
absl::Status CheckField(const Token& token) {
  if (token.kind != Token::Kind::kWord) {
    return BadFilter(token, "a field should stand here",
                     absl::StrCat("one of ", FilterFieldList()));
  }
  const std::string upper = absl::AsciiStrToUpper(token.text);
  if (upper != "AND" && upper != "OR" && upper != "NOT") return absl::OkStatus();
  return BadFilter(token, "a field should stand here",
                   upper == token.text ? "terms before and after it"
                                       : absl::StrCat("write ", upper, " in capitals"));
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, const Filter::AliasLookup& aliases)
      : tokens_(std::move(tokens)), aliases_(aliases) {}

  absl::StatusOr<NodePtr> ParseAll() {
    ASSIGN_OR_RETURN(NodePtr node, ParseAnd(0));
    if (Peek().kind != Token::Kind::kEnd) {
      return BadFilter(Peek(), "this stands alone", "join terms with AND or OR");
    }
    return node;
  }

 private:
  const Token& Peek() const { return tokens_[next_]; }
  Token Take() { return tokens_[next_ + 1 < tokens_.size() ? next_++ : next_]; }
  bool TakeWord(absl::string_view word) {
    if (Peek().kind != Token::Kind::kWord || Peek().text != word) return false;
    ++next_;
    return true;
  }

  // Terms joined by AND, or standing side by side.
  absl::StatusOr<NodePtr> ParseAnd(int depth) {
    std::vector<NodePtr> children;
    do {
      ASSIGN_OR_RETURN(NodePtr child, ParseOr(depth));
      children.push_back(std::move(child));
    } while (TakeWord("AND") ||
             (Peek().kind != Token::Kind::kEnd && Peek().kind != Token::Kind::kClose));
    return JoinNodes(Node::Kind::kAnd, std::move(children));
  }

  // Terms joined by OR, which binds tighter.
  absl::StatusOr<NodePtr> ParseOr(int depth) {
    std::vector<NodePtr> children;
    do {
      ASSIGN_OR_RETURN(NodePtr child, ParseNot(depth));
      children.push_back(std::move(child));
    } while (TakeWord("OR"));
    return JoinNodes(Node::Kind::kOr, std::move(children));
  }

  absl::StatusOr<NodePtr> ParseNot(int depth) {
    if (!TakeWord("NOT")) return ParseSimple(depth);
    ASSIGN_OR_RETURN(NodePtr child, ParseSimple(depth));
    return JoinNodes(Node::Kind::kNot, {std::move(child)});
  }

  absl::StatusOr<NodePtr> ParseSimple(int depth) {
    if (Peek().kind != Token::Kind::kOpen) return ParseRestriction();
    const Token open = Take();
    if (depth >= kMaxDepth) return BadFilter(open, "too many parentheses", "at most 32 deep");
    ASSIGN_OR_RETURN(NodePtr inner, ParseAnd(depth + 1));
    if (Take().kind != Token::Kind::kClose) {
      return BadFilter(Peek(),
                       absl::StrCat("the parenthesis of character ", open.at, " is not closed"),
                       "close it with )");
    }
    return inner;
  }

  absl::StatusOr<NodePtr> ParseRestriction() {
    const FilterRestriction r{Take(), Take(), Take()};
    RETURN_IF_ERROR(CheckField(r.field));
    if (std::find(kComparators.begin(), kComparators.end(), r.comparator.text) ==
            kComparators.end() ||
        r.comparator.kind != Token::Kind::kOperator) {
      return BadFilter(r.comparator, "a comparison should stand here", "one of = != : < > <= >=");
    }
    if (r.value.kind != Token::Kind::kWord && r.value.kind != Token::Kind::kQuoted) {
      return BadFilter(r.value, "a value should stand here",
                       "put values with blanks into \"quotes\"");
    }
    return NodeOfRestriction(r, aliases_);
  }

  const std::vector<Token> tokens_;
  const Filter::AliasLookup& aliases_;
  size_t next_ = 0;
};

}  // namespace

absl::StatusOr<Filter> Filter::Parse(absl::string_view text, const AliasLookup& aliases) {
  if (text.size() > kMaxBytes) {
    return InvalidArgument("BAD_FILTER", "the filter is longer than 4096 bytes", "make it shorter");
  }
  ASSIGN_OR_RETURN(std::vector<Token> tokens, TokeniseFilter(text));
  if (tokens.size() == 1) return Filter();
  ASSIGN_OR_RETURN(NodePtr root, Parser(std::move(tokens), aliases).ParseAll());
  return Filter(std::move(root));
}

}  // namespace maillage::directory

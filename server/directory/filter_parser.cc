// Filter::Parse: tokens, then recursive descent.
#include <memory>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/filter.h"
#include "server/directory/filter_node.h"
#include "server/directory/territories.h"

namespace maillage::directory {
namespace {

using Node = Filter::Node;
using NodePtr = std::shared_ptr<const Node>;

constexpr size_t kMaxBytes = 4096;
constexpr int kMaxDepth = 32;
constexpr char kFields[] = "category, kind, territory, origin, email";

struct Token {
  enum class Kind { kWord, kQuoted, kOperator, kOpen, kClose, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;
  size_t at = 1;  // character of the filter, from 1
};

absl::Status Bad(const Token& token, absl::string_view what, absl::string_view mend) {
  const std::string found =
      token.kind == Token::Kind::kEnd ? "the end" : absl::StrCat("'", token.text, "'");
  return InvalidArgument("BAD_FILTER",
                         absl::StrCat("at character ", token.at, ", ", found, ": ", what), mend);
}

bool IsWordByte(char c) {
  return !absl::ascii_isspace(static_cast<unsigned char>(c)) && c != '(' && c != ')' && c != '"' &&
         c != '=' && c != ':' && c != '<' && c != '>' && c != '!';
}

// Reads a quoted value from `text[*i]`, the opening quote.
absl::StatusOr<Token> ReadQuoted(absl::string_view text, size_t* i) {
  Token token{Token::Kind::kQuoted, "", *i + 1};
  for (++*i; *i < text.size(); ++*i) {
    if (text[*i] == '"') {
      ++*i;
      return token;
    }
    if (text[*i] == '\\' && *i + 1 < text.size()) ++*i;
    token.text.push_back(text[*i]);
  }
  return Bad(token, "the quotation is not closed", "close it with \"");
}

Token ReadOther(absl::string_view text, size_t* i) {
  const size_t start = *i;
  Token token{Token::Kind::kOperator, "", start + 1};
  const char c = text[start];
  if (c == '(' || c == ')') {
    token.kind = c == '(' ? Token::Kind::kOpen : Token::Kind::kClose;
    ++*i;
  } else if (!IsWordByte(c)) {
    *i += start + 1 < text.size() && text[start + 1] == '=' && c != '=' && c != ':' ? 2 : 1;
  } else {
    token.kind = Token::Kind::kWord;
    while (*i < text.size() && IsWordByte(text[*i])) ++*i;
  }
  token.text = std::string(text.substr(start, *i - start));
  return token;
}

absl::StatusOr<std::vector<Token>> Tokenise(absl::string_view text) {
  std::vector<Token> tokens;
  for (size_t i = 0; i < text.size();) {
    if (absl::ascii_isspace(static_cast<unsigned char>(text[i]))) {
      ++i;
    } else if (text[i] == '"') {
      ASSIGN_OR_RETURN(Token token, ReadQuoted(text, &i));
      tokens.push_back(std::move(token));
    } else {
      tokens.push_back(ReadOther(text, &i));
    }
  }
  tokens.push_back(Token{Token::Kind::kEnd, "", text.size() + 1});
  return tokens;
}

// A field, an operator and a value.
struct Restriction {
  Token field;
  Token comparator;
  Token value;
};

NodePtr TermNode(Field field, std::string term, const Restriction& from,
                 absl::string_view canonical_value) {
  auto node = std::make_shared<Node>();
  node->term = {field, std::move(term)};
  node->text =
      absl::StrCat(from.field.text, from.comparator.text == ":" ? ":" : " = ", canonical_value);
  return node;
}

absl::StatusOr<NodePtr> CategoryTerm(const Restriction& r) {
  const std::string word = absl::AsciiStrToUpper(r.value.text);
  if (ParseCategoryWord(word) == v1::AUDIENCE_CATEGORY_UNSPECIFIED) {
    return Bad(r.value, "this is no category",
               "one of INSTITUTION, ELECTED_OFFICIAL, PROFESSIONAL, ASSOCIATION, COMPANY, CITIZEN");
  }
  return TermNode(Field::kCategory, word, r, word);
}

absl::StatusOr<NodePtr> KindTerm(const Restriction& r) {
  const std::string word = absl::AsciiStrToUpper(r.value.text);
  if (word != "PERSON" && word != "ORGANISATION") {
    return Bad(r.value, "this is no kind", "PERSON or ORGANISATION");
  }
  return TermNode(Field::kKind, word, r, word);
}

absl::StatusOr<NodePtr> TerritoryTerm(const Restriction& r) {
  const auto territory = Territories::Official().Parse(r.value.text);
  if (!territory.ok()) {
    return Bad(r.value, territory.status().message(), ErrorMend(territory.status()));
  }
  const std::string text = TerritoryText((*territory)->ref());
  return TermNode(r.comparator.text == ":" ? Field::kTerritory : Field::kPlace, text, r, text);
}

absl::StatusOr<NodePtr> OriginTerm(const Restriction& r, const Filter::AliasLookup& aliases) {
  auto node = ParseNodeId(r.value.text);
  if (!node.ok() && aliases) node = aliases(r.value.text);
  if (!node.ok()) {
    return Bad(r.value, "no partner of this node goes by that name",
               "an alias of `maillage partner list`, or a node id");
  }
  return TermNode(Field::kOrigin, std::string(node->bytes()), r, ToText(*node));
}

absl::StatusOr<NodePtr> EmailTerm(const Restriction& r) {
  const std::string value = absl::AsciiStrToLower(r.value.text);
  if (value.find_first_of("\"\\") != value.npos) {
    return Bad(r.value, "this is no address", "local-part@domain, a domain, or *");
  }
  const bool domain = r.comparator.text == ":" && value != "*" && value.find('@') == value.npos;
  return TermNode(Field::kEmail, domain ? absl::StrCat("@", value) : value, r,
                  absl::StrCat("\"", value, "\""));
}

class Parser {
 public:
  Parser(std::vector<Token> tokens, const Filter::AliasLookup& aliases)
      : tokens_(std::move(tokens)), aliases_(aliases) {}

  absl::StatusOr<NodePtr> ParseAll() {
    ASSIGN_OR_RETURN(NodePtr node, ParseAnd(0));
    if (Peek().kind != Token::Kind::kEnd) {
      return Bad(Peek(), "this stands alone", "join terms with AND or OR");
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

  static NodePtr Join(Node::Kind kind, std::vector<NodePtr> children) {
    if (children.size() == 1) return children.front();
    auto node = std::make_shared<Node>();
    node->kind = kind;
    node->children = std::move(children);
    return node;
  }

  // Terms joined by AND, or standing side by side.
  absl::StatusOr<NodePtr> ParseAnd(int depth) {
    std::vector<NodePtr> children;
    do {
      ASSIGN_OR_RETURN(NodePtr child, ParseOr(depth));
      children.push_back(std::move(child));
    } while (TakeWord("AND") ||
             (Peek().kind != Token::Kind::kEnd && Peek().kind != Token::Kind::kClose));
    return Join(Node::Kind::kAnd, std::move(children));
  }

  // Terms joined by OR, which binds tighter.
  absl::StatusOr<NodePtr> ParseOr(int depth) {
    std::vector<NodePtr> children;
    do {
      ASSIGN_OR_RETURN(NodePtr child, ParseNot(depth));
      children.push_back(std::move(child));
    } while (TakeWord("OR"));
    return Join(Node::Kind::kOr, std::move(children));
  }

  absl::StatusOr<NodePtr> ParseNot(int depth) {
    if (!TakeWord("NOT")) return ParseSimple(depth);
    ASSIGN_OR_RETURN(NodePtr child, ParseSimple(depth));
    return Negate(std::move(child));
  }

  static NodePtr Negate(NodePtr child) {
    auto node = std::make_shared<Node>();
    node->kind = Node::Kind::kNot;
    node->children = {std::move(child)};
    return node;
  }

  absl::StatusOr<NodePtr> ParseSimple(int depth) {
    if (Peek().kind != Token::Kind::kOpen) return ParseRestriction();
    const Token open = Take();
    if (depth >= kMaxDepth) return Bad(open, "too many parentheses", "at most 32 deep");
    ASSIGN_OR_RETURN(NodePtr inner, ParseAnd(depth + 1));
    if (Take().kind != Token::Kind::kClose) {
      return Bad(Peek(), absl::StrCat("the parenthesis of character ", open.at, " is not closed"),
                 "close it with )");
    }
    return inner;
  }

  absl::StatusOr<NodePtr> ParseRestriction() {
    const Restriction r{Take(), Take(), Take()};
    if (r.field.kind != Token::Kind::kWord) {
      return Bad(r.field, "a field should stand here", absl::StrCat("one of ", kFields));
    }
    if (r.comparator.text != "=" && r.comparator.text != ":") {
      return Bad(r.comparator, "a comparison should stand here", "= or :");
    }
    if (r.value.kind != Token::Kind::kWord && r.value.kind != Token::Kind::kQuoted) {
      return Bad(r.value, "a value should stand here", "put values with blanks into \"quotes\"");
    }
    if (r.field.text == "category") return CategoryTerm(r);
    if (r.field.text == "kind") return KindTerm(r);
    if (r.field.text == "territory") return TerritoryTerm(r);
    if (r.field.text == "origin") return OriginTerm(r, aliases_);
    if (r.field.text == "email") return EmailTerm(r);
    return Bad(r.field, "there is no such field", absl::StrCat("one of ", kFields));
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
  ASSIGN_OR_RETURN(std::vector<Token> tokens, Tokenise(text));
  if (tokens.size() == 1) return Filter();
  ASSIGN_OR_RETURN(NodePtr root, Parser(std::move(tokens), aliases).ParseAll());
  return Filter(std::move(root));
}

}  // namespace maillage::directory

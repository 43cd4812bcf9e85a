#include "server/directory/filter_tokens.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::directory {
namespace {

using Token = FilterToken;

bool IsWordByte(char c) {
  return !absl::ascii_isspace(static_cast<unsigned char>(c)) && c != '(' && c != ')' && c != '"' &&
         c != '=' && c != ':' && c != '<' && c != '>' && c != '!';
}

// People count characters, not bytes.
size_t CharacterAt(absl::string_view text, size_t byte) {
  const absl::string_view before = text.substr(0, byte);
  return 1 + static_cast<size_t>(std::count_if(before.begin(), before.end(), [](char c) {
           return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
         }));
}

// Reads a quoted value from `text[*i]`, the opening quote.
absl::StatusOr<Token> ReadQuoted(absl::string_view text, size_t* i) {
  Token token{Token::Kind::kQuoted, "", CharacterAt(text, *i)};
  for (++*i; *i < text.size(); ++*i) {
    if (text[*i] == '"') {
      ++*i;
      return token;
    }
    if (text[*i] == '\\' && *i + 1 < text.size()) ++*i;
    token.text.push_back(text[*i]);
  }
  return BadFilter(token, "the quotation is not closed", "close it with \"");
}

Token ReadOther(absl::string_view text, size_t* i) {
  const size_t start = *i;
  Token token{Token::Kind::kOperator, "", CharacterAt(text, start)};
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

}  // namespace

absl::StatusOr<std::vector<Token>> TokeniseFilter(absl::string_view text) {
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
  tokens.push_back(Token{Token::Kind::kEnd, "", CharacterAt(text, text.size())});
  return tokens;
}

absl::Status BadFilter(const Token& token, absl::string_view what, absl::string_view mend) {
  const std::string found =
      token.kind == Token::Kind::kEnd ? "the end" : absl::StrCat("'", token.text, "'");
  return InvalidArgument("BAD_FILTER",
                         absl::StrCat("at character ", token.at, ", ", found, ": ", what), mend);
}

std::string QuotedForFilter(absl::string_view value) {
  std::string quoted = "\"";
  for (const char c : value) {
    if (c == '"' || c == '\\') quoted.push_back('\\');
    quoted.push_back(c);
  }
  quoted.push_back('"');
  return quoted;
}

}  // namespace maillage::directory

#include "tests/tidy/functions.h"

#include <algorithm>
#include <regex>  // NOLINT: only tests read with it
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace maillage::tidy {
namespace {

// Blanks what is no code: comments, literals, directives. Keeps the line breaks.
class Blanker {
 public:
  explicit Blanker(absl::string_view source) : source_(source), code_(source) {}

  std::string Run() {
    while (at_ < source_.size()) Step();
    return std::move(code_);
  }

 private:
  void Step() {
    const absl::string_view rest = source_.substr(at_);
    if (absl::StartsWith(rest, "//")) return BlankTo(source_.find('\n', at_));
    if (absl::StartsWith(rest, "/*")) return BlankPast("*/", at_ + 2);
    if (absl::StartsWith(rest, "R\"")) return BlankRaw();
    if (rest[0] == '"' || (rest[0] == '\'' && !IsSeparator())) return BlankLiteral(rest[0]);
    if (rest[0] == '#' && AtLineStart()) return BlankDirective();
    ++at_;
  }

  // The ' of 1'000.
  bool IsSeparator() const { return at_ > 0 && absl::ascii_isxdigit(source_[at_ - 1]); }

  bool AtLineStart() const {
    size_t i = at_;
    while (i > 0 && source_[i - 1] == ' ') --i;
    return i == 0 || source_[i - 1] == '\n';
  }

  void BlankRaw() {
    const size_t open = source_.find('(', at_);
    const absl::string_view delimiter = source_.substr(at_ + 2, open - at_ - 2);
    BlankPast(absl::StrCat(")", delimiter, "\""), open);
  }

  void BlankLiteral(char quote) {
    size_t end = at_ + 1;
    while (end < source_.size() && source_[end] != quote) end += source_[end] == '\\' ? 2 : 1;
    BlankTo(end + 1);
  }

  void BlankDirective() {
    size_t end = source_.find('\n', at_);
    while (end != source_.npos && source_[end - 1] == '\\') end = source_.find('\n', end + 1);
    BlankTo(end);
  }

  void BlankPast(absl::string_view mark, size_t from) {
    const size_t found = source_.find(mark, from);
    BlankTo(found == source_.npos ? found : found + mark.size());
  }

  void BlankTo(size_t end) {
    for (; at_ < std::min(end, source_.size()); ++at_) {
      if (code_[at_] != '\n') code_[at_] = ' ';
    }
  }

  const absl::string_view source_;
  std::string code_;
  size_t at_ = 0;
};

bool OpensScope(const std::string& head) {
  static const std::regex scope(R"((^|[\s>])(namespace|class|struct|union|enum|extern)\b)");
  return std::regex_search(head, scope) && !absl::StrContains(head, '(');
}

bool OpensFunction(absl::string_view head) {
  return absl::StrContains(head, '(') && !absl::EndsWith(head, "=");
}

class Finder {
 public:
  explicit Finder(absl::string_view source) : code_(Blanker(source).Run()) {}

  std::vector<Function> Run() {
    for (at_ = 0; at_ < code_.size(); ++at_) Step(code_[at_]);
    return std::move(functions_);
  }

 private:
  struct Brace {
    std::string head;
    int line;
    bool scope;
    bool function;
  };

  void Step(char c) {
    if (c == '{') {
      Open();
    } else if (c == '}') {
      Close();
    } else if (c == ';') {
      head_.clear();
    } else {
      Read(c);
    }
    if (c == '\n') ++line_;
  }

  void Read(char c) {
    if (absl::ascii_isspace(c)) {
      if (!head_.empty() && head_.back() != ' ') head_.push_back(' ');
      return;
    }
    if (head_.empty()) head_line_ = line_;
    head_.push_back(c);
    if (head_ == "public:" || head_ == "private:" || head_ == "protected:") head_.clear();
  }

  void Open() {
    const std::string head(absl::StripAsciiWhitespace(head_));
    const bool here = braces_.empty() || braces_.back().scope;
    braces_.push_back({head, head_line_, here && OpensScope(head), here && OpensFunction(head)});
    head_.clear();
  }

  void Close() {
    if (braces_.empty()) return;
    const Brace brace = std::move(braces_.back());
    braces_.pop_back();
    head_.clear();
    if (GoesOn()) {  // an initialiser within a head: a_{1}, b_{2}
      head_ = absl::StrCat(brace.head, "{}");
      head_line_ = brace.line;
    } else if (brace.function) {
      functions_.push_back({brace.head, brace.line, line_ - brace.line + 1});
    }
  }

  // Whether what the closed brace belongs to goes on after it.
  bool GoesOn() const {
    const size_t next = code_.find_first_not_of(" \n", at_ + 1);
    return next != code_.npos && absl::StrContains(",{)", code_[next]);
  }

  const std::string code_;
  size_t at_ = 0;
  int line_ = 1;
  std::string head_;
  int head_line_ = 1;
  std::vector<Brace> braces_;
  std::vector<Function> functions_;
};

}  // namespace

std::vector<Function> FindFunctions(absl::string_view source) { return Finder(source).Run(); }

}  // namespace maillage::tidy

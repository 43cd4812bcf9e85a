#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/interchange/email.h"
#include "server/interchange/encoding.h"
#include "server/interchange/fold.h"
#include "server/interchange/text.h"
#include "server/interchange/values.h"

namespace maillage::interchange {
namespace {

// "(at)" in its forms, as "@". Returns whether there was one.
bool ReplaceAt(std::string* text) {
  bool found = false;
  for (const absl::string_view at : {"(at)", "[at]", "{at}", "(arobase)", "[arobase]", "(a)"}) {
    std::string lower = absl::AsciiStrToLower(*text);
    for (size_t i = lower.find(at.data()); i != std::string::npos; i = lower.find(at.data())) {
      text->replace(i, at.size(), "@");
      lower.replace(i, at.size(), "@");
      found = true;
    }
  }
  if (!found) return false;
  *text = absl::StrReplaceAll(*text, {{" (dot) ", "."},
                                      {"(dot)", "."},
                                      {" [dot] ", "."},
                                      {"[dot]", "."},
                                      {" (point) ", "."},
                                      {"(point)", "."},
                                      {" [point] ", "."},
                                      {"[point]", "."}});
  return true;
}

// Spaces next to an @ are slips.
std::string CloseUp(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (c == '@') {
      while (!out.empty() && out.back() == ' ') out.pop_back();
    }
    if (c == ' ' && !out.empty() && out.back() == '@') continue;
    out.push_back(c);
  }
  return out;
}

// What stands between < and >, if anything does.
std::string TakeAngles(const std::string& text) {
  std::string inside;
  for (size_t open = text.find('<'); open != std::string::npos; open = text.find('<', open + 1)) {
    const size_t close = text.find('>', open);
    if (close == std::string::npos) return text;
    inside.append(" ").append(text, open + 1, close - open - 1);
  }
  return inside.empty() ? text : inside;
}

absl::string_view Peel(absl::string_view token) {
  constexpr absl::string_view kMailto = "mailto:";
  const auto edge = [](char c) { return absl::StrContains("()[]<>\"'.:", c); };
  while (!token.empty() && edge(token.front())) token.remove_prefix(1);
  while (!token.empty() && edge(token.back())) token.remove_suffix(1);
  if (absl::StartsWithIgnoreCase(token, kMailto)) token.remove_prefix(kMailto.size());
  return token.substr(0, token.find('?'));
}

// `written` is how the cell wrote it, where the @ was written out.
Found ReadOne(absl::string_view token, absl::string_view written) {
  Found found{std::string(token), "", "", ""};
  auto address = NormaliseEmail(token);
  if (!address.ok()) {
    found.error = std::string(address.status().message());
    return found;
  }
  found.value = *std::move(address);
  if (!written.empty()) {
    found.raw = std::string(written);
    found.note = "The @ was written out.";
  }
  if (!IsAscii(found.value)) found.note = "An accent before the @: not every mail server takes it.";
  return found;
}

}  // namespace

std::vector<Found> FindEmails(absl::string_view cell) {
  // Nearly every cell holds one address and nothing else.
  if (cell.find_first_of(" ;,/|<([\n") == absl::string_view::npos) {
    const absl::string_view token = Peel(cell);
    if (absl::StrContains(token, '@')) return {ReadOne(token, "")};
  }
  std::string text = absl::StrJoin(absl::StrSplit(cell, absl::ByAnyChar("\r\n\t")), ";");
  text = Clean(text);
  const std::string written = ReplaceAt(&text) ? Clean(cell) : "";
  text = TakeAngles(CloseUp(text));
  std::vector<Found> result;
  std::vector<absl::string_view> words;
  for (absl::string_view token :
       absl::StrSplit(text, absl::ByAnyChar(" ;,/|"), absl::SkipEmpty())) {
    token = Peel(token);
    if (absl::StrContains(token, '@')) {
      result.push_back(ReadOne(token, written));
    } else if (!Fold(token).empty()) {
      words.push_back(token);
    }
  }
  if (words.empty()) return result;
  Found rest{Clean(cell), "", "", ""};
  if (result.empty()) {
    rest.error = "There is no e-mail address in it.";
  } else {
    rest.note = "Words beside the address were kept in the notes.";
  }
  result.push_back(std::move(rest));
  return result;
}

}  // namespace maillage::interchange

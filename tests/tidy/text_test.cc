// Holds every text of the tree to what may be written in it.
#include <gtest/gtest.h>

#include <regex>  // NOLINT: only tests read with it

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/tidy/sources.h"

namespace maillage::tidy {
namespace {

// Every match in the tree that `judge` does not allow is an offence. Lines are
// first looked at for `hint`, which is far cheaper than the expression.
template <typename Judge>
std::vector<Offence> Matches(absl::string_view hint, const std::regex& pattern, Judge is_allowed) {
  std::vector<Offence> offences;
  for (const Source& source : Sources()) {
    for (size_t i = 0; i < source.lines.size(); ++i) {
      const std::string& line = source.lines[i];
      if (!absl::StrContains(line, hint)) continue;
      for (std::sregex_iterator it(line.begin(), line.end(), pattern), end; it != end; ++it) {
        if (is_allowed(source, *it)) continue;
        offences.push_back({source.path, static_cast<int>(i) + 1, it->str()});
      }
    }
  }
  return offences;
}

// Where one of the words stands, other than as the tail of a longer one. Words
// are given with a ~ in them, or this file would offend against itself.
std::vector<Offence> MatchesOfAll(std::initializer_list<absl::string_view> marked_words) {
  std::vector<Offence> offences;
  for (const absl::string_view marked : marked_words) {
    const std::string word = absl::StrReplaceAll(marked, {{"~", ""}});
    const std::string escaped = absl::StrReplaceAll(word, {{".", "\\."}});
    const std::regex pattern(absl::StrCat("(^|[^A-Za-z0-9_.])", escaped));
    for (Offence& offence :
         Matches(word, pattern, [](const auto&, const auto&) { return false; })) {
      offences.push_back(std::move(offence));
    }
  }
  return offences;
}

TEST(Tidy, NothingIsLeftForLater) {
  ExpectNone(MatchesOfAll({"TO~DO", "FIX~ME", "XX~X:", "HAC~K:", "not yet imple~mented"}),
             "do it, or leave it out");
}

TEST(Tidy, NoPathOfAWorkplaceIsNamed) {
  ExpectNone(MatchesOfAll({"/wo~rk/", "/ho~me/", "/ro~ot/", "/Us~ers/"}),
             "take the path from the caller, or from where the script stands");
}

TEST(Tidy, NoRegistryIsNamed) {
  ExpectNone(
      MatchesOfAll({"registry.np~mjs", "registry.ya~rnpkg", "py~pi.org", "deb.deb~ian.org",
                    "snapshot.deb~ian", "crates.i~o", "proxy.gol~ang", "gh~cr.io", "docker.i~o/"}),
      "where packages come from is for the machine to say");
}

// Names that belong to nobody: RFC 2606 and RFC 6761.
bool IsInvented(std::string domain) {
  absl::AsciiStrToLower(&domain);
  for (const char* of : {"example.org", "example.net", "example.com"}) {
    if (domain == of || absl::EndsWith(domain, absl::StrCat(".", of))) return true;
  }
  for (const char* top : {".invalid", ".example", ".test", ".localhost"}) {
    if (absl::EndsWith(domain, top)) return true;
  }
  return false;
}

TEST(Tidy, MailAddressesBelongToNobody) {
  static const std::regex address(
      R"([A-Za-z0-9._%+-]+@((?:[A-Za-z0-9\x80-\xff][A-Za-z0-9\x80-\xff-]*\.)+[A-Za-z]{2,}))");
  const auto is_allowed = [](const Source&, const std::smatch& match) {
    return IsInvented(match[1].str());
  };
  ExpectNone(Matches("@", address, is_allowed),
             "an address of example.org, .net, .com or of a domain in .invalid");
}

// The numbers that ARCEP keeps for fiction.
bool IsFictional(std::string digits) {
  for (const char* from : {"019900", "026191", "035301", "046571", "053649", "063998"}) {
    if (absl::StartsWith(digits, from)) return true;
  }
  return false;
}

TEST(Tidy, TelephoneNumbersBelongToNobody) {
  static const std::regex number(
      R"((?:^|[^0-9A-Za-z+.,-])((?:0|\+33 ?(?:\(0\) ?)?)[1-9](?:[ .-][0-9]{2}){4})(?![0-9.-]))");
  const auto is_allowed = [](const Source&, const std::smatch& match) {
    std::string digits;
    for (const char c : match[1].str()) {
      if (absl::ascii_isdigit(c)) digits.push_back(c);
    }
    if (absl::StartsWith(digits, "33")) digits = absl::StrCat("0", digits.substr(2));
    if (absl::StartsWith(digits, "00")) digits = digits.substr(1);
    return IsFictional(digits);
  };
  ExpectNone(Matches("", number, is_allowed),
             "a number that ARCEP keeps for fiction: 01 99 00 ...");
}

}  // namespace
}  // namespace maillage::tidy

#include "server/interchange/names.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "server/interchange/fold.h"

namespace maillage::interchange {
namespace {

using Words = std::vector<absl::string_view>;

struct CaseCount {
  int upper = 0;
  int lower = 0;
};

CaseCount CountCase(absl::string_view text) {
  CaseCount count;
  const auto size = static_cast<int32_t>(text.size());
  for (int32_t i = 0; i < size;) {
    UChar32 c;
    U8_NEXT(text.data(), i, size, c);
    if (c < 0) continue;
    count.upper += u_isupper(c) ? 1 : 0;
    count.lower += u_islower(c) ? 1 : 0;
  }
  return count;
}

// In capitals, and more than an initial.
bool IsShouted(absl::string_view word) {
  const CaseCount count = CountCase(word);
  return count.upper > 1 && count.lower == 0;
}

// Capital after each hyphen, apostrophe and dot, small letters elsewhere.
std::string Capitalised(absl::string_view word) {
  std::string out;
  const auto size = static_cast<int32_t>(word.size());
  bool start = true;
  for (int32_t i = 0; i < size;) {
    const int32_t begin = i;
    UChar32 c;
    U8_NEXT(word.data(), i, size, c);
    if (c < 0 || !u_isalpha(c)) {
      out.append(word.data() + begin, i - begin);
      start = true;
      continue;
    }
    // The d of d'Hulst is small; the O of O'Brien is not.
    const absl::string_view rest = word.substr(i);
    const bool elided = start && (c == 'D' || c == 'd') &&
                        (absl::StartsWith(rest, "'") || absl::StartsWith(rest, "\u2019"));
    const UChar32 cased = start && !elided ? u_totitle(c) : u_tolower(c);
    start = false;
    char buffer[U8_MAX_LENGTH];
    int32_t length = 0;
    U8_APPEND_UNSAFE(buffer, length, cased);
    out.append(buffer, length);
  }
  return out;
}

bool IsOneOf(absl::string_view word, std::initializer_list<absl::string_view> any) {
  return std::find(any.begin(), any.end(), word) != any.end();
}

// Whether a word is written small where it stands: "de la", "van den".
bool IsParticle(absl::string_view folded, absl::string_view previous) {
  if (IsOneOf(folded, {"de", "du", "des", "d", "von", "zu"})) return true;
  if (IsOneOf(folded, {"la", "le", "les", "l"})) return previous == "de";
  return IsOneOf(folded, {"den", "der", "ten", "ter", "het"}) && IsOneOf(previous, {"van", "von"});
}

std::string JoinCased(absl::string_view clean, bool particles) {
  const Words words = absl::StrSplit(clean, ' ', absl::SkipEmpty());
  const CaseCount whole = CountCase(clean);
  const bool even = whole.upper == 0 || whole.lower == 0;
  std::vector<std::string> cased;
  std::string previous;
  for (const absl::string_view word : words) {
    const std::string folded = Fold(word);
    const bool recase = even || IsShouted(word);
    if (particles && recase && IsParticle(folded, previous)) {
      const std::string capitalised = Capitalised(word);
      cased.push_back(folded.size() == word.size() ? folded : capitalised);
    } else {
      cased.push_back(recase || (!particles && CountCase(word).upper == 0) ? Capitalised(word)
                                                                           : std::string(word));
    }
    previous = folded;
  }
  return absl::StrJoin(cased, " ");
}

}  // namespace

std::string FamilyCase(absl::string_view clean) { return JoinCased(clean, /*particles=*/true); }

std::string GivenCase(absl::string_view clean) { return JoinCased(clean, /*particles=*/false); }

FamilyParts SplitFamily(absl::string_view clean) {
  for (size_t space = clean.find(' '); space != absl::string_view::npos;
       space = clean.find(' ', space + 1)) {
    absl::string_view other = clean.substr(space + 1);
    if (absl::StartsWith(other, "(") && absl::EndsWith(other, ")")) {
      other = other.substr(1, other.size() - 2);
    }
    const std::string marker = Fold(other.substr(0, other.find(' ')));
    if (IsOneOf(marker, {"ep", "epse", "epouse", "nee", "veuve", "vve"}) &&
        absl::StrContains(other, ' ')) {
      return {clean.substr(0, space), other};
    }
  }
  return {clean, ""};
}

Civility ReadCivility(absl::string_view clean) {
  const std::string folded = Fold(clean);
  if (IsOneOf(folded, {"m", "mr", "monsieur", "mister", "h", "homme"})) return {"Monsieur"};
  if (IsOneOf(folded, {"mme", "madame", "mlle", "melle", "mademoiselle", "mrs", "ms", "miss", "f",
                       "femme"})) {
    return {"Madame"};
  }
  const Words words = absl::StrSplit(folded, ' ', absl::SkipEmpty());
  const auto is = [](absl::string_view any) {
    return [any](absl::string_view word) {
      return ReadCivility(word).honorific == any || word == "et" || word == "ou";
    };
  };
  const bool both =
      words.size() > 1 && std::all_of(words.begin(), words.end(), [&](absl::string_view word) {
        return is("Madame")(word) || is("Monsieur")(word);
      });
  return both ? Civility{"", true, false} : Civility{"", false, true};
}

FullName SplitFullName(absl::string_view clean, NameOrder order) {
  FullName name;
  Words words = absl::StrSplit(clean, ' ', absl::SkipEmpty());
  const bool initial = !words.empty() && IsOneOf(words.front(), {"H", "F", "H.", "F."});
  if (words.size() > 1 && !initial) {
    name.honorific = ReadCivility(words.front()).honorific;
    if (!name.honorific.empty()) words.erase(words.begin());
  }
  // Small particles belong to the capitals that follow them.
  Words family, given;
  bool in_family = false;
  for (auto word = words.rbegin(); word != words.rend(); ++word) {
    const std::string folded = Fold(*word);
    in_family =
        IsShouted(*word) || (in_family && (IsParticle(folded, "de") || IsParticle(folded, "van") ||
                                           IsOneOf(folded, {"van", "le", "la"})));
    Words& side = in_family ? family : given;
    side.insert(side.begin(), *word);
  }
  if ((family.empty() || given.empty()) && words.size() == 2 && order != NameOrder::kUnknown) {
    const bool first = order == NameOrder::kFamilyFirst;
    family = {words[first ? 0 : 1]};
    given = {words[first ? 1 : 0]};
  } else if (family.empty() || given.empty()) {
    family = words;
    given.clear();
    name.unsure = words.size() > 1;
  }
  name.family = FamilyCase(absl::StrJoin(family, " "));
  name.given = GivenCase(absl::StrJoin(given, " "));
  return name;
}

}  // namespace maillage::interchange

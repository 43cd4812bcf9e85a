#include "server/directory/commune_names.h"

#include <algorithm>
#include <tuple>

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "server/interchange/fold.h"

namespace maillage::directory {
namespace {

using Words = std::vector<absl::string_view>;

absl::string_view Spelled(absl::string_view word) {
  if (word == "st") return "saint";
  if (word == "ste") return "sainte";
  if (word == "sts") return "saints";
  if (word == "stes") return "saintes";
  if (word == "lez") return "les";
  if (word == "ss") return "sous";
  return word;
}

bool IsArticle(absl::string_view word) {
  return word == "le" || word == "la" || word == "les" || word == "l";
}

std::string KeyOf(const Words& words) {
  Words spelled;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] != "s" || i == 0) {
      spelled.push_back(Spelled(words[i]));
    } else if (i + 1 < words.size() && words[i + 1] == "s") {  // "s/s"
      spelled.push_back("sous");
      ++i;
    } else {
      spelled.push_back("sur");
    }
  }
  return absl::StrJoin(spelled, " ");
}

Words WordsOf(absl::string_view folded) { return absl::StrSplit(folded, ' ', absl::SkipEmpty()); }

bool IsPostalCode(absl::string_view word) {
  return word.size() == 5 && std::all_of(word.begin(), word.end(), absl::ascii_isdigit);
}

}  // namespace

std::string CommuneKey(absl::string_view name) {
  const std::string folded = interchange::Fold(name);
  return KeyOf(WordsOf(folded));
}

WrittenLocality ReadLocality(absl::string_view text) {
  const std::string folded = interchange::Fold(text);
  Words words = WordsOf(folded);
  WrittenLocality result;
  if (words.size() > 1 && IsPostalCode(words.front())) {
    result.postal_code = std::string(words.front());
    words.erase(words.begin());
  }
  const auto cedex = std::find(words.begin(), words.end(), "cedex");
  words.erase(cedex, words.end());
  while (words.size() > 1 && absl::ascii_isdigit(words.back().front())) words.pop_back();
  result.key = KeyOf(words);
  return result;
}

void CommuneNames::Add(absl::string_view name, uint32_t commune, NameRank rank) {
  const std::string key = CommuneKey(name);
  entries_.push_back({absl::HashOf(absl::string_view(key)), commune, rank});
  const size_t space = key.find(' ');
  if (space == std::string::npos || !IsArticle(absl::string_view(key).substr(0, space))) return;
  entries_.push_back(
      {absl::HashOf(absl::string_view(key).substr(space + 1)), commune, NameRank::kWithoutArticle});
}

void CommuneNames::Seal() {
  std::sort(entries_.begin(), entries_.end(), [](const Entry& a, const Entry& b) {
    return std::tie(a.hash, a.rank, a.commune) < std::tie(b.hash, b.rank, b.commune);
  });
  entries_.shrink_to_fit();
}

std::vector<CommuneNames::Entry> CommuneNames::Find(absl::string_view key) const {
  const uint64_t hash = absl::HashOf(key);
  const auto begin = std::partition_point(entries_.begin(), entries_.end(),
                                          [hash](const Entry& e) { return e.hash < hash; });
  const auto end = std::partition_point(begin, entries_.end(),
                                        [hash](const Entry& e) { return e.hash == hash; });
  return {begin, end};
}

}  // namespace maillage::directory

#include "server/directory/words.h"

#include <algorithm>
#include <array>
#include <utility>

#include "server/interchange/fold.h"

namespace maillage::directory {
namespace {

constexpr size_t kLongestParticle = 6;
// Fewer single letters in a row may be elisions: "l a" of "l'a".
constexpr size_t kLeastLetters = 3;
// Of one text in the index, so that no record has it grow without end.
constexpr size_t kMostIndexed = 24;

constexpr std::array<absl::string_view, 31> kParticles = {
    "a",   "au",  "aux", "d",   "da",    "de",     "del",    "den", "der",  "des", "di",
    "du",  "en",  "et",  "l",   "la",    "le",     "les",    "par", "pour", "s",   "sous",
    "sur", "ten", "ter", "van", "vande", "vanden", "vander", "von", "y"};

absl::string_view Spelled(absl::string_view word) {
  if (word == "agglo") return "agglomeration";
  if (word.size() > 4 || (word[0] != 's' && word[0] != 'l')) return word;
  if (word == "st") return "saint";
  if (word == "ste") return "sainte";
  if (word == "sts") return "saints";
  if (word == "stes") return "saintes";
  if (word == "lez") return "les";
  return word;
}

// Letters that stand alone, from `at` on.
size_t LettersAt(absl::string_view folded, size_t at) {
  size_t letters = 0;
  while (at < folded.size() && folded[at] != ' ' &&
         (at + 1 == folded.size() || folded[at + 1] == ' ')) {
    ++letters;
    at += 2;
  }
  return letters;
}

absl::string_view Community(absl::string_view word) {
  if (word == "cc" || word == "ca" || word == "cu") return "communaute";
  return "";
}

}  // namespace

Words SpelledWords(absl::string_view text) {
  const std::string folded = interchange::Fold(text);
  Words words;
  for (size_t at = 0; at < folded.size();) {
    const size_t letters = LettersAt(folded, at);
    if (letters >= kLeastLetters) {
      std::string& word = words.emplace_back();
      for (size_t i = 0; i < letters; ++i) word.push_back(folded[at + 2 * i]);
      at += 2 * letters;
      continue;
    }
    const size_t end = std::min(folded.find(' ', at), folded.size());
    const absl::string_view word = absl::string_view(folded).substr(at, end - at);
    at = end + 1;
    const bool lone_s = word == "s" && !words.empty();
    if (lone_s && words.back() == "sur") {
      words.back() = "sous";  // "s/s"
    } else {
      words.emplace_back(lone_s ? "sur" : Spelled(word));
    }
  }
  return words;
}

bool IsParticle(absl::string_view word) {
  return word.size() <= kLongestParticle &&
         std::find(kParticles.begin(), kParticles.end(), word) != kParticles.end();
}

Abbreviated CommunityAt(const Words& words, size_t at) {
  if (words[at] != "communaute" || at + 1 >= words.size()) return {};
  if (words[at + 1] == "urbaine") return {"cu", 2};
  if (words[at + 1] == "agglomeration") return {"ca", 2};
  if (at + 2 >= words.size()) return {};
  if (words[at + 1] == "de" && words[at + 2] == "communes") return {"cc", 3};
  if (words[at + 1] == "d" && words[at + 2] == "agglomeration") return {"ca", 3};
  return {};
}

Words IndexWords(absl::string_view text) {
  Words all = SpelledWords(text);
  if (all.size() > kMostIndexed) all.resize(kMostIndexed);
  Words words;
  words.reserve(all.size() + 1);
  for (size_t i = 0; i < all.size(); ++i) {
    if (const Abbreviated community = CommunityAt(all, i); community.length > 0) {
      words.emplace_back(community.word);
    }
  }
  if (!all.empty() && !Community(all.front()).empty()) words.emplace_back(Community(all.front()));
  for (std::string& word : all) {
    if (!IsParticle(word)) words.push_back(std::move(word));
  }
  return words.empty() ? all : words;
}

Words SoughtWords(absl::string_view text) {
  Words all = SpelledWords(text);
  Words words;
  for (size_t i = 0; i < all.size();) {
    const Abbreviated community = CommunityAt(all, i);
    if (community.length > 0) {
      words.emplace_back(community.word);
      i += community.length;
      continue;
    }
    if (!IsParticle(all[i])) words.push_back(all[i]);
    ++i;
  }
  return words.empty() ? all : words;
}

}  // namespace maillage::directory

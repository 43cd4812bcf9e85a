#include "server/directory/sound.h"

#include <algorithm>
#include <array>
#include <cstdlib>

#include "absl/strings/match.h"

namespace maillage::directory {
namespace {

constexpr size_t kMostSounds = 8;
constexpr size_t kLeastLetters = 3;
constexpr size_t kLongestCompared = 40;

bool IsVowel(char c) { return absl::string_view("aeiouy").find(c) != absl::string_view::npos; }
bool IsSoft(char c) { return c == 'e' || c == 'i' || c == 'y'; }

// A group of letters with a sound of its own; '-' is silence.
struct Group {
  absl::string_view letters;
  char sound;
};
constexpr std::array<Group, 11> kGroups = {{{"sch", 'X'},
                                            {"ch", 'X'},
                                            {"sh", 'X'},
                                            {"ph", 'F'},
                                            {"bv", 'V'},
                                            {"gn", 'N'},
                                            {"ck", 'K'},
                                            {"qu", 'K'},
                                            {"th", 'T'},
                                            {"sc", 'S'},
                                            {"gu", 'G'}}};

char SoundOfLetter(char c, char next) {
  switch (c) {
    case 'c':
      return IsSoft(next) ? 'S' : 'K';
    case 'g':
      return IsSoft(next) ? 'J' : 'G';
    case 'k':
    case 'q':
      return 'K';
    case 'w':
      return 'V';
    case 'x':
    case 'z':
      return 'S';
    case 'h':
      return '-';
    default:
      return static_cast<char>(c - 'a' + 'A');
  }
}

// The sound at the beginning of `rest`, and how many letters it takes.
char NextSound(absl::string_view rest, size_t* letters) {
  for (const Group& group : kGroups) {
    if (!absl::StartsWith(rest, group.letters)) continue;
    const char after = rest.size() > 2 ? rest[2] : ' ';
    if (group.letters == "sc" && !IsSoft(after)) continue;
    if (group.letters == "gu" && !IsVowel(after)) continue;
    *letters = group.letters.size();
    return group.sound;
  }
  *letters = 1;
  if (IsVowel(rest[0])) return '-';
  return SoundOfLetter(rest[0], rest.size() > 1 ? rest[1] : ' ');
}

// Without what is written at the end and not heard: "Dumont", "Leroux", "Ducas".
absl::string_view WithoutSilentEnd(absl::string_view word) {
  while (word.size() > kLeastLetters &&
         absl::string_view("dehpstxz").find(word.back()) != absl::string_view::npos) {
    word.remove_suffix(1);
  }
  return word;
}

}  // namespace

std::string SoundOf(absl::string_view word) {
  std::string sound;
  if (word.size() < kLeastLetters) return sound;
  const bool letters_alone =
      std::all_of(word.begin(), word.end(), [](char c) { return c >= 'a' && c <= 'z'; });
  if (!letters_alone) return sound;
  word = WithoutSilentEnd(word);
  if (IsVowel(word[0]) || (word[0] == 'h' && IsVowel(word[1]))) sound.push_back('A');
  char before = '-';
  for (size_t taken = 0; !word.empty() && sound.size() < kMostSounds; word.remove_prefix(taken)) {
    const char heard = NextSound(word, &taken);
    if (heard != '-' && heard != before) sound.push_back(heard);
    if (heard != '-' || IsVowel(word[0])) before = heard;
  }
  return sound;
}

int EditDistance(absl::string_view a, absl::string_view b, int most) {
  a = a.substr(0, kLongestCompared);
  b = b.substr(0, kLongestCompared);
  const int difference = static_cast<int>(a.size()) - static_cast<int>(b.size());
  if (std::abs(difference) > most) return most + 1;
  std::array<std::array<int, kLongestCompared + 1>, 3> rows;
  for (size_t j = 0; j <= b.size(); ++j) rows[0][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    auto& row = rows[i % 3];
    const auto& above = rows[(i - 1) % 3];
    row[0] = static_cast<int>(i);
    int least = row[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      const int replaced = above[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], rows[(i - 2) % 3][j - 2] + 1);
      }
      least = std::min(least, row[j]);
    }
    if (least > most) return most + 1;
  }
  return std::min(rows[a.size() % 3][b.size()], most + 1);
}

}  // namespace maillage::directory

#include "server/directory/sought_text.h"

#include <algorithm>
#include <array>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/directory/place_index.h"

namespace maillage::directory {
namespace {

constexpr size_t kMaxBytes = 200;
constexpr size_t kMaxWords = 12;

constexpr std::array<absl::string_view, 7> kCivilities = {"m",        "mr",     "mme",  "mlle",
                                                          "monsieur", "madame", "cedex"};

bool AreDigits(absl::string_view word) {
  return std::all_of(word.begin(), word.end(), absl::ascii_isdigit);
}

// What is left out where other words are there.
bool SaysNothing(const Words& all, size_t at) {
  const std::string& word = all[at];
  if (std::find(kCivilities.begin(), kCivilities.end(), word) != kCivilities.end()) return true;
  if (at > 0 && all[at - 1] == "cedex" && word.size() <= 2 && AreDigits(word)) return true;
  return IsPostalCode(word) && PlaceIndex::Official().WithPostalCode(word).empty();
}

Words JoinedWith(const Words& particles, const std::string& word) {
  Words joined;
  std::string text = word;
  for (auto it = particles.rbegin(); it != particles.rend(); ++it) {
    text = absl::StrCat(*it, text);
    joined.insert(joined.begin(), text);
  }
  return joined;
}

}  // namespace

bool IsPostalCode(absl::string_view word) { return word.size() == 5 && AreDigits(word); }

absl::StatusOr<SoughtText> ParseSought(absl::string_view text) {
  const Words all = SpelledWords(text.substr(0, kMaxBytes));
  if (text.size() > kMaxBytes || all.size() > kMaxWords) {
    return InvalidArgument("BAD_SEARCH", "the search is longer than 200 bytes or 12 words",
                           "leave words out, or use a filter");
  }
  if (all.empty()) {
    return InvalidArgument("BAD_SEARCH", "there is no letter and no digit in the search",
                           "a part of a name, an organisation, a role or a commune");
  }
  SoughtText sought;
  Words particles;
  for (size_t i = 0; i < all.size();) {
    const Abbreviated community = CommunityAt(all, i);
    if (community.length > 0) {
      sought.words.push_back({std::string(community.word), {}});
    } else if (IsParticle(all[i])) {
      sought.particles.push_back(all[i]);
      particles.push_back(all[i++]);
      continue;
    } else if (!SaysNothing(all, i)) {
      sought.words.push_back({all[i], JoinedWith(particles, all[i])});
    }
    particles.clear();
    i += std::max<size_t>(community.length, 1);
  }
  if (sought.words.empty()) {
    for (const std::string& word : all) sought.words.push_back({word, {}});
  }
  const unsigned char last = static_cast<unsigned char>(text.back());
  sought.open =
      sought.words.back().text == all.back() && (last >= 0x80 || absl::ascii_isalnum(last));
  return sought;
}

}  // namespace maillage::directory

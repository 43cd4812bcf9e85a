#include "server/directory/place_index.h"

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "server/directory/territories.h"
#include "server/directory/words.h"

namespace maillage::directory {

const PlaceIndex& PlaceIndex::Official() {
  static const PlaceIndex* const index = new PlaceIndex;
  return *index;
}

PlaceIndex::PlaceIndex() {
  const auto& all = Territories::Official().all();
  for (uint32_t place = 0; place < all.size(); ++place) {
    const v1::Territory& territory = *all[place];
    const v1::TerritoryLevel level = territory.ref().level();
    if (level == v1::TERRITORY_LEVEL_COMMUNE) {
      AddCommune(territory.title(), place);
      for (const std::string& title : territory.former_titles()) AddCommune(title, place);
    } else if (level != v1::TERRITORY_LEVEL_ARRONDISSEMENT) {
      Words words = SoughtWords(territory.title());
      AddWhole(words, place);
      words.erase(words.begin());
      if (!words.empty() && words.front() == "pays") AddWhole(words, place);
    }
    for (const std::string& code : all[place]->postal_codes()) {
      by_postal_code_[code].push_back(all[place]);
    }
  }
  std::sort(entries_.begin(), entries_.end(),
            [this](const Entry& a, const Entry& b) { return TextAt(a.start) < TextAt(b.start); });
  entries_.shrink_to_fit();
}

void PlaceIndex::AddCommune(absl::string_view name, uint32_t place) {
  const Words words = SoughtWords(name);
  for (size_t i = 0; i < words.size(); ++i) {
    entries_.push_back({static_cast<uint32_t>(names_.size()), place, i == 0 ? 1U : 0U, 0U});
    names_ += words[i];
    names_.push_back(i + 1 < words.size() ? ' ' : '\n');
  }
}

void PlaceIndex::AddWhole(const Words& words, uint32_t place) {
  entries_.push_back({static_cast<uint32_t>(names_.size()), place, 1U, 1U});
  names_ += absl::StrJoin(words, " ");
  names_.push_back('\n');
}

absl::string_view PlaceIndex::TextAt(uint32_t start) const {
  const absl::string_view text = absl::string_view(names_).substr(start);
  return text.substr(0, text.find('\n'));
}

PlaceIndex::Places PlaceIndex::Find(absl::string_view words, bool open, size_t most) const {
  const auto first = std::partition_point(entries_.begin(), entries_.end(),
                                          [&](const Entry& e) { return TextAt(e.start) < words; });
  Places places;
  Places whole;
  for (auto it = first; it != entries_.end(); ++it) {
    const absl::string_view text = TextAt(it->start);
    if (!absl::StartsWith(text, words)) break;
    const bool ends = text.size() == words.size();
    const bool fits = ends || (it->is_whole == 0 && (open || text[words.size()] == ' '));
    if (!fits) continue;
    const v1::Territory* place = Territories::Official().all()[it->place];
    if (places.size() <= most) places.push_back(place);
    if (ends && it->is_begin != 0) whole.push_back(place);
  }
  Places& found = places.size() <= most ? places : whole;
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  return found.size() <= most ? found : Places();
}

PlaceIndex::Places PlaceIndex::WithPostalCode(absl::string_view code) const {
  const auto found = by_postal_code_.find(code);
  return found == by_postal_code_.end() ? Places() : found->second;
}

}  // namespace maillage::directory

#include "server/directory/search_match.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/directory/place_index.h"
#include "server/directory/search_reads.h"
#include "server/directory/sound.h"

namespace maillage::directory {
namespace {

// With so many that match well, nobody looks for those that match badly.
constexpr int64_t kEnough = 20;
// Territories that a few words may mean; words of more mean none.
constexpr size_t kMostPlaces = 40;
constexpr size_t kLeastPart = 3;  // letters of a part that a word is cut into

constexpr std::array<absl::string_view, 10> kJoinable = {"vanden", "vander", "vande", "dela", "van",
                                                         "des",    "de",     "le",    "la",   "d"};
constexpr std::array<absl::string_view, kMatchClasses> kClassNames = {
    "every word a name", "every word somewhere", "as typed, joined or split", "near misses"};

// What is found of each word, from the best kind of finding to the worst; each
// holds the one before it.
struct Found {
  Roaring name;
  Roaring words;
  Roaring typed;
  Roaring spelled;
  Roaring near;
};

class Matcher {
 public:
  Matcher(const storage::Reader& reader, const SoughtText& sought, const Roaring& among,
          Explanation* explanation)
      : sought_(sought),
        among_(among),
        explanation_(explanation),
        reads_(reader, explanation),
        found_(sought.words.size()) {}

  absl::StatusOr<Matches> Run(bool near) {
    for (size_t i = 0; i < found_.size(); ++i) FindWord(i);
    FindPlaces();
    for (Found& found : found_) found.typed |= found.words;
    for (size_t i = 0; i < found_.size(); ++i) FindTyped(i);
    AddClass(MatchClass::kName, &Found::name);
    AddClass(MatchClass::kWords, &Found::words);
    AddClass(MatchClass::kTyped, &Found::typed);
    if (near || matches_.total() < kEnough) {
      for (size_t i = 0; i < found_.size(); ++i) FindNear(i);
      matches_.spelled = Common(&Found::spelled);
      AddClass(MatchClass::kNear, &Found::near);
    }
    matches_.whole = reads_.whole();
    if (!reads_.status().ok()) return reads_.status();
    return std::move(matches_);
  }

 private:
  bool IsOpen(size_t i) const { return sought_.open && i + 1 == found_.size(); }

  void FindWord(size_t i) {
    const SoughtText::Word& word = sought_.words[i];
    Found& found = found_[i];
    found.name = reads_.Term(Field::kName, word.text);
    for (const std::string& joined : word.joined) {
      found.name |= reads_.Term(Field::kName, joined);
    }
    found.words = found.name;
    found.words |= reads_.Term(Field::kOrganisation, word.text);
    found.words |= reads_.Term(Field::kRole, word.text);
  }

  // Every run of words that names territories stands for these, the longest first;
  // a shorter one within it only where it is a whole name.
  void FindPlaces() {
    const PlaceIndex& index = PlaceIndex::Official();
    for (size_t first = 0; first < found_.size(); ++first) {
      bool longest = true;
      for (size_t last = found_.size(); last-- > first;) {
        const PlaceIndex::Places places =
            index.Find(Run(first, last), longest && IsOpen(last), longest ? kMostPlaces : 0);
        if (!places.empty()) {
          Cover(first, last, reads_.In(places));
          longest = false;
        }
      }
      if (IsPostalCode(sought_.words[first].text)) {
        Cover(first, first, reads_.In(index.WithPostalCode(sought_.words[first].text)));
      }
    }
  }

  std::string Run(size_t first, size_t last) const {
    std::string words = sought_.words[first].text;
    for (size_t i = first + 1; i <= last; ++i) absl::StrAppend(&words, " ", sought_.words[i].text);
    return words;
  }
  void Cover(size_t first, size_t last, const Roaring& found) {
    for (size_t i = first; i <= last; ++i) found_[i].words |= found;
  }

  // The word as the beginning of one, joined with its neighbour, or cut in two.
  void FindTyped(size_t i) {
    const SoughtText::Word& word = sought_.words[i];
    Roaring& typed = found_[i].typed;
    if (IsOpen(i)) {
      for (const Field field : {Field::kName, Field::kOrganisation, Field::kRole}) {
        typed |= reads_.Begun(field, word.text);
      }
      for (const std::string& joined : word.joined) typed |= reads_.Begun(Field::kName, joined);
    }
    for (const absl::string_view particle : kJoinable) {
      if (word.text.size() >= particle.size() + kLeastPart &&
          absl::StartsWith(word.text, particle)) {
        typed |= reads_.Term(Field::kName, word.text.substr(particle.size()));
      }
    }
    if (i + 1 < found_.size()) {
      const std::string both = word.text + sought_.words[i + 1].text;
      const Roaring joined =
          IsOpen(i + 1) ? reads_.Begun(Field::kName, both) : reads_.Term(Field::kName, both);
      typed |= joined;
      found_[i + 1].typed |= joined;
    }
    if (found_[i].words.isEmpty()) FindParts(i);
  }

  // "jeanluc" for "Jean-Luc", "saintomer" for Saint-Omer.
  void FindParts(size_t i) {
    const std::string& word = sought_.words[i].text;
    for (size_t at = kLeastPart; at + kLeastPart <= word.size(); ++at) {
      const std::string before = word.substr(0, at);
      const std::string after = word.substr(at);
      const auto places =
          PlaceIndex::Official().Find(absl::StrCat(before, " ", after), false, kMostPlaces);
      if (!places.empty()) found_[i].typed |= reads_.In(places);
      const Roaring head = reads_.Term(Field::kName, before);
      if (!head.isEmpty()) found_[i].typed |= head & reads_.Term(Field::kName, after);
    }
  }

  // Where somebody was found by all words, those that are known are not misspelled.
  void FindNear(size_t i) {
    const std::string& word = sought_.words[i].text;
    Found& found = found_[i];
    found.spelled = found.typed;
    const bool known = found_.size() > 1 && matches_.total() > 0 && !found.words.isEmpty();
    if (!known && ErrorsAllowed(word) > 0) {
      found.spelled |= reads_.Spelled(word, found_.size());
    }
    found.near = found.spelled;
    if (known) return;
    if (const std::string sound = SoundOf(word); !sound.empty()) {
      found.near |= reads_.Term(Field::kSound, sound);
    }
  }

  Roaring Common(Roaring Found::*of) const {
    Roaring set = among_ & (found_.front().*of);
    for (const Found& found : found_) set &= found.*of;
    return set;
  }

  void AddClass(MatchClass match, Roaring Found::*of) {
    Roaring set = Common(of);
    const auto index = static_cast<size_t>(match);
    for (size_t i = 0; i < index; ++i) set -= matches_.classes[i];
    if (explanation_ != nullptr) {
      explanation_->push_back(
          {"match", std::string(kClassNames[index]), static_cast<int64_t>(set.cardinality())});
    }
    matches_.classes[index] = std::move(set);
  }

  const SoughtText& sought_;
  const Roaring& among_;
  Explanation* const explanation_;
  SearchReads reads_;
  std::vector<Found> found_;
  Matches matches_;
};

}  // namespace

int64_t Matches::total() const {
  int64_t total = 0;
  for (const Roaring& match : classes) total += static_cast<int64_t>(match.cardinality());
  return total;
}

Roaring Matches::All() const {
  Roaring all;
  for (const Roaring& match : classes) all |= match;
  return all;
}

absl::StatusOr<Matches> FindMatches(const storage::Reader& reader, const SoughtText& sought,
                                    const Roaring& among, bool near, Explanation* explanation) {
  return Matcher(reader, sought, among, explanation).Run(near);
}

}  // namespace maillage::directory

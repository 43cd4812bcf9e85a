#include "server/directory/search_rank.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "server/directory/search_reads.h"
#include "server/directory/sound.h"
#include "server/directory/territories.h"
#include "server/directory/words.h"

namespace maillage::directory {
namespace {

// Costs of a word by where it was found.
constexpr int kGivenName = 1;
constexpr int kBegun = 2;
constexpr int kPlace = 6;
constexpr int kJoined = 4;
constexpr int kElsewhere = 8;    // an organisation, a role
constexpr int kOtherwise = 12;   // a former name, a postal code, what lies above
constexpr int kOneLetter = 6;    // that differs
constexpr int kSoundAlone = 18;  // spelled otherwise altogether
constexpr int kOtherParticles = 3;
constexpr int kExtraWord = 2;
constexpr int kMostExtra = 6;
constexpr int kMostParticles = 3;

// Words that every town hall has in its name.
constexpr std::array<absl::string_view, 4> kTownHall = {"mairie", "commune", "ville", "hotel"};

bool Has(const Words& words, absl::string_view word) {
  return std::find(words.begin(), words.end(), word) != words.end();
}

void Append(const Words& from, Words* to) { to->insert(to->end(), from.begin(), from.end()); }

// The words of a record, by what they are.
class RecordWords {
 public:
  Words main;  // the family name, or an organisation's name and acronym
  Words given;
  Words spelled;       // all own names, particles too
  std::string joined;  // the same without blanks

  explicit RecordWords(const v1::Actor& actor) : actor_(actor) {
    std::string own;
    if (actor.kind() == v1::ACTOR_KIND_PERSON) {
      main = IndexWords(actor.person_name().family());
      given = IndexWords(actor.person_name().given());
      own = actor.person_name().given() + " " + actor.person_name().family();
    } else {
      main = IndexWords(actor.organisation_name());
      Append(IndexWords(actor.acronym()), &main);
      own = actor.organisation_name();
    }
    spelled = SpelledWords(own);
    joined = absl::StrJoin(spelled, "");
  }

  // Made when first asked for: few words need them.
  const Words& places() const {
    if (!places_) {
      places_.emplace();
      AddPlaces(actor_.territories());
      for (const v1::Membership& membership : actor_.memberships()) {
        AddPlaces(membership.territories());
      }
    }
    return *places_;
  }
  // Organisations and roles.
  const Words& others() const {
    if (!others_) {
      others_.emplace();
      for (const v1::Membership& membership : actor_.memberships()) {
        Append(IndexWords(membership.organisation_name()), &*others_);
        Append(IndexWords(membership.role()), &*others_);
      }
    }
    return *others_;
  }

 private:
  void AddPlaces(const google::protobuf::RepeatedPtrField<v1::TerritoryRef>& refs) const {
    for (const v1::TerritoryRef& ref : refs) {
      const v1::Territory* place = Territories::Official().Find(ref.level(), ref.code());
      if (place != nullptr) Append(IndexWords(place->title()), &*places_);
    }
  }

  const v1::Actor& actor_;
  mutable std::optional<Words> places_;
  mutable std::optional<Words> others_;
};

bool Begins(const Words& words, absl::string_view begun) {
  return std::any_of(words.begin(), words.end(),
                     [&](const std::string& word) { return absl::StartsWith(word, begun); });
}

// Of a word that none of the record's own names is, as it stands.
std::optional<int> CostOfMisspelled(absl::string_view word, const RecordWords& record) {
  const int most = ErrorsAllowed(word) + 1;
  const std::string sound = SoundOf(word);
  std::optional<int> best;
  for (const Words* words : {&record.main, &record.given}) {
    for (const std::string& name : *words) {
      const int errors = EditDistance(word, name, most);
      const bool alike = !sound.empty() && SoundOf(name) == sound;
      if (errors > most - (alike ? 0 : 1)) continue;
      const int cost = (errors * kOneLetter) + (words == &record.given ? kGivenName : 0);
      if (!best || cost < *best) best = cost;
    }
  }
  return best;
}

std::optional<int> CostOf(const SoughtText::Word& word, bool open, MatchClass match,
                          const RecordWords& record) {
  int particles = 0;
  if (!word.joined.empty() && !absl::StrContains(record.joined, word.joined.front())) {
    particles = kOtherParticles;
  }
  if (Has(record.main, word.text)) return particles;
  if (particles == 0 && !word.joined.empty()) return 1;
  if (Has(record.given, word.text)) return kGivenName;
  if (open && Begins(record.main, word.text)) return kBegun + particles;
  if (open && Begins(record.given, word.text)) return kBegun + kGivenName;
  if (Has(record.places(), word.text)) return kPlace;
  if (Has(record.others(), word.text)) return kElsewhere;
  if (absl::StrContains(record.joined, word.text)) return kJoined;
  if (open && Begins(record.places(), word.text)) return kPlace + kBegun;
  if (open && Begins(record.others(), word.text)) return kElsewhere + kBegun;
  const std::optional<int> misspelled = CostOfMisspelled(word.text, record);
  if (misspelled || match == MatchClass::kNear) return misspelled;
  return kOtherwise;
}

int ExtraWords(const SoughtText& sought, const RecordWords& record) {
  int extra = 0;
  for (const std::string& word : record.main) {
    const bool asked =
        std::any_of(sought.words.begin(), sought.words.end(), [&](const SoughtText::Word& one) {
          return absl::StartsWith(word, one.text) || Has(one.joined, word);
        });
    const bool usual = std::find(kTownHall.begin(), kTownHall.end(), word) != kTownHall.end();
    if (!asked && !usual) extra += kExtraWord;
  }
  return std::min(extra, kMostExtra);
}

// "La Longueville" is not quite what was asked for by "Longueville".
int ExtraParticles(const SoughtText& sought, const RecordWords& record) {
  int extra = 0;
  for (const std::string& word : record.spelled) {
    if (IsParticle(word) && word != "de" && !Has(sought.particles, word)) ++extra;
  }
  return std::min(extra, kMostParticles);
}

}  // namespace

std::optional<uint16_t> RankOf(const SoughtText& sought, MatchClass match, const v1::Actor& actor) {
  const RecordWords record(actor);
  int cost = 0;
  for (size_t i = 0; i < sought.words.size(); ++i) {
    const bool open = sought.open && i + 1 == sought.words.size();
    const std::optional<int> word = CostOf(sought.words[i], open, match, record);
    if (!word) return std::nullopt;
    cost += *word;
  }
  const bool institution = actor.organisation_type() == v1::ORGANISATION_TYPE_INSTITUTION;
  const bool person = actor.kind() == v1::ACTOR_KIND_PERSON;
  const int words = cost + ExtraWords(sought, record);
  return static_cast<uint16_t>(8 * words + 2 * ExtraParticles(sought, record) +
                               (institution || person ? 0 : 1));
}

}  // namespace maillage::directory

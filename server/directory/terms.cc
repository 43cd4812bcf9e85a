#include "server/directory/terms.h"

#include <openssl/sha.h>

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "server/directory/actor.h"
#include "server/directory/sound.h"
#include "server/directory/territories.h"
#include "server/directory/words.h"
#include "server/interchange/fold.h"

namespace maillage::directory {
namespace {

void AddTerritories(const google::protobuf::RepeatedPtrField<v1::TerritoryRef>& refs,
                    Terms* terms) {
  const Territories& official = Territories::Official();
  for (const v1::TerritoryRef& ref : refs) {
    const std::string text = TerritoryText(ref);
    terms->emplace_back(Field::kPlace, text);
    terms->emplace_back(Field::kTerritory, text);
    const v1::Territory* territory = official.Find(ref.level(), ref.code());
    if (territory == nullptr) continue;
    for (const v1::TerritoryRef& above : territory->ancestors()) {
      terms->emplace_back(Field::kTerritory, TerritoryText(above));
    }
  }
}

void AddEmails(const v1::Actor& actor, Terms* terms) {
  for (const v1::ContactPoint& point : actor.contact_points()) {
    if (point.kind() != v1::CONTACT_KIND_EMAIL) continue;
    terms->emplace_back(Field::kEmail, point.value());
    terms->emplace_back(Field::kEmail, "*");
    const size_t at = point.value().rfind('@');
    if (at != std::string::npos) terms->emplace_back(Field::kEmail, point.value().substr(at));
  }
}

// Names are found by their words and by their sound.
void AddName(absl::string_view name, Terms* terms) {
  for (std::string& word : IndexWords(name)) {
    std::string sound = SoundOf(word);
    if (!sound.empty()) terms->emplace_back(Field::kSound, std::move(sound));
    terms->emplace_back(Field::kName, std::move(word));
  }
}

void AddText(Field field, absl::string_view text, Terms* terms) {
  if (text.empty()) return;
  for (std::string& word : IndexWords(text)) terms->emplace_back(field, std::move(word));
  terms->emplace_back(field, WholeText(text));
}

void AddNames(const v1::Actor& actor, Terms* terms) {
  if (actor.kind() == v1::ACTOR_KIND_PERSON) {
    AddName(actor.person_name().family(), terms);
    AddName(actor.person_name().given(), terms);
  } else {
    AddName(actor.organisation_name(), terms);
    AddName(actor.acronym(), terms);
    terms->emplace_back(Field::kOrganisation, WholeText(actor.organisation_name()));
  }
  for (const v1::Membership& membership : actor.memberships()) {
    AddText(Field::kOrganisation, membership.organisation_name(), terms);
    AddText(Field::kRole, membership.role(), terms);
  }
}

void AddMarks(const v1::Actor& actor, Terms* terms) {
  for (const v1::ContactPoint& point : actor.contact_points()) {
    if (point.kind() != v1::CONTACT_KIND_PHONE) continue;
    terms->emplace_back(Field::kPhone, point.value());
    terms->emplace_back(Field::kPhone, "*");
  }
  for (const v1::Identifier& identifier : actor.identifiers()) {
    terms->emplace_back(Field::kIdentifier,
                        absl::StrCat(identifier.value(), "/", identifier.scheme()));
  }
  for (const std::string& theme : actor.themes()) {
    terms->emplace_back(Field::kTheme, interchange::Fold(theme));
  }
  for (const std::string& tag : actor.tags()) {
    terms->emplace_back(Field::kTag, interchange::Fold(tag));
  }
  if (actor.legal_basis() != v1::LEGAL_BASIS_UNSPECIFIED) {
    terms->emplace_back(Field::kBasis, BasisWord(actor.legal_basis()));
  }
  if (actor.has_update_time()) {
    const absl::CivilDay day =
        absl::ToCivilDay(absl::FromUnixSeconds(actor.update_time().seconds()), absl::UTCTimeZone());
    terms->emplace_back(Field::kUpdated,
                        absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day()));
  }
}

}  // namespace

absl::string_view FieldName(Field field) {
  constexpr std::array<absl::string_view, 20> kNames = {
      "",       "all",        "category", "primary", "kind",  "territory",    "place",
      "origin", "email",      "import",   "name",    "sound", "organisation", "role",
      "phone",  "identifier", "theme",    "tag",     "basis", "update_time"};
  return kNames[static_cast<size_t>(field)];
}

std::string WholeText(absl::string_view text) { return absl::StrCat("=", interchange::Fold(text)); }

std::string BasisWord(v1::LegalBasis basis) {
  return std::string(absl::StripPrefix(v1::LegalBasis_Name(basis).c_str(), "LEGAL_BASIS_"));
}

v1::LegalBasis ParseBasisWord(absl::string_view word) {
  v1::LegalBasis basis = v1::LEGAL_BASIS_UNSPECIFIED;
  v1::LegalBasis_Parse(absl::StrCat("LEGAL_BASIS_", word), &basis);
  return basis;
}

std::string TerritoryText(const v1::TerritoryRef& ref) {
  return absl::StrCat(
      absl::StripPrefix(v1::TerritoryLevel_Name(ref.level()).c_str(), "TERRITORY_LEVEL_"), "/",
      ref.code());
}

std::string KindWord(v1::ActorKind kind) {
  return std::string(absl::StripPrefix(v1::ActorKind_Name(kind).c_str(), "ACTOR_KIND_"));
}

Terms TermsOf(const NodeId& self, const NodeId& origin, const v1::Actor& actor) {
  Terms terms;
  terms.reserve(48);  // what an actor with one membership has, and some
  terms.emplace_back(Field::kAll, "");
  terms.emplace_back(Field::kKind, KindWord(actor.kind()));
  terms.emplace_back(Field::kOrigin, std::string(origin.bytes()));
  for (const int category : actor.categories()) {
    terms.emplace_back(Field::kCategory, CategoryWord(static_cast<v1::AudienceCategory>(category)));
  }
  if (actor.categories_size() > 0) {
    terms.emplace_back(Field::kPrimary, CategoryWord(actor.categories(0)));
  }
  AddTerritories(actor.territories(), &terms);
  for (const v1::Membership& membership : actor.memberships()) {
    AddTerritories(membership.territories(), &terms);
  }
  AddEmails(actor, &terms);
  AddNames(actor, &terms);
  AddMarks(actor, &terms);
  if (origin == self) terms.emplace_back(Field::kImportKey, ImportKey(actor));
  std::sort(terms.begin(), terms.end());
  terms.erase(std::unique(terms.begin(), terms.end()), terms.end());
  return terms;
}

std::string ImportKey(const v1::Actor& actor) {
  std::string text = absl::StrCat(static_cast<int>(actor.kind()), "|");
  if (actor.kind() == v1::ACTOR_KIND_PERSON) {
    absl::StrAppend(&text, interchange::Fold(actor.person_name().family()), "|",
                    interchange::Fold(actor.person_name().given()), "|");
    if (actor.memberships_size() > 0) {
      absl::StrAppend(&text, interchange::Fold(actor.memberships(0).organisation_name()));
    }
  } else {
    absl::StrAppend(&text, interchange::Fold(actor.organisation_name()));
  }
  // Where nothing but the place tells two apart, the place does.
  for (const v1::TerritoryRef& ref : actor.territories()) {
    absl::StrAppend(&text, "|", TerritoryText(ref));
  }
  unsigned char hash[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), hash);
  return std::string(reinterpret_cast<const char*>(hash), 16);
}

}  // namespace maillage::directory

#include "server/directory/terms.h"

#include <openssl/sha.h>

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/directory/actor.h"
#include "server/directory/territories.h"
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

}  // namespace

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

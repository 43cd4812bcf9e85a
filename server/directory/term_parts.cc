#include "server/directory/term_parts.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "client/base/encoding.h"
#include "server/directory/actor.h"
#include "server/directory/sound.h"
#include "server/directory/territories.h"
#include "server/directory/words.h"
#include "server/interchange/fold.h"

namespace maillage::directory {
namespace {

using Visitor = absl::FunctionRef<void(Field field, absl::string_view text)>;

// The number of an organisation's own name, of which only the whole counts.
constexpr int64_t kWholeOnly = 1;

void AddTerritories(const google::protobuf::RepeatedPtrField<v1::TerritoryRef>& refs,
                    TermParts* parts) {
  for (const v1::TerritoryRef& ref : refs) {
    parts->push_back({TermGroup::kTerritory, ref.level(), ref.code(), ""});
  }
}

void AddText(TermGroup group, absl::string_view text, TermParts* parts) {
  if (!text.empty()) parts->push_back({group, 0, text, ""});
}

void AddNames(const v1::Actor& actor, TermParts* parts) {
  if (actor.kind() == v1::ACTOR_KIND_PERSON) {
    AddText(TermGroup::kName, actor.person_name().family(), parts);
    AddText(TermGroup::kName, actor.person_name().given(), parts);
  } else {
    AddText(TermGroup::kName, actor.organisation_name(), parts);
    AddText(TermGroup::kName, actor.acronym(), parts);
    parts->push_back({TermGroup::kOrganisation, kWholeOnly, actor.organisation_name(), ""});
  }
}

void AddMemberships(const v1::Actor& actor, TermParts* parts) {
  for (const v1::Membership& membership : actor.memberships()) {
    AddTerritories(membership.territories(), parts);
    AddText(TermGroup::kOrganisation, membership.organisation_name(), parts);
    AddText(TermGroup::kRole, membership.role(), parts);
  }
}

void AddMarks(const v1::Actor& actor, TermParts* parts) {
  for (const v1::ContactPoint& point : actor.contact_points()) {
    if (point.kind() == v1::CONTACT_KIND_EMAIL) {
      parts->push_back({TermGroup::kEmail, 0, point.value(), ""});
    } else if (point.kind() == v1::CONTACT_KIND_PHONE) {
      parts->push_back({TermGroup::kPhone, 0, point.value(), ""});
    }
  }
  for (const v1::Identifier& identifier : actor.identifiers()) {
    parts->push_back({TermGroup::kIdentifier, 0, identifier.value(), identifier.scheme()});
  }
  for (const std::string& theme : actor.themes()) {
    parts->push_back({TermGroup::kTheme, 0, theme, ""});
  }
  for (const std::string& tag : actor.tags()) parts->push_back({TermGroup::kTag, 0, tag, ""});
  if (actor.legal_basis() != v1::LEGAL_BASIS_UNSPECIFIED) {
    parts->push_back({TermGroup::kBasis, actor.legal_basis(), "", ""});
  }
  if (actor.has_update_time()) {
    const absl::CivilDay day =
        absl::ToCivilDay(absl::FromUnixSeconds(actor.update_time().seconds()), absl::UTCTimeZone());
    parts->push_back({TermGroup::kUpdated, day - absl::CivilDay(), "", ""});
  }
}

// The first day of what is less precise.
int64_t DayNumber(const v1::Date& date) {
  return absl::CivilDay(date.year(), std::max(1, date.month()), std::max(1, date.day())) -
         absl::CivilDay();
}

void AddLawful(bool own, const v1::Actor& actor, TermParts* parts) {
  if (own && actor.kind() == v1::ACTOR_KIND_PERSON) {
    parts->push_back({TermGroup::kNotice, actor.notice().state(), "", ""});
  }
  if (actor.restricted()) parts->push_back({TermGroup::kRestricted, 0, "", ""});
  if (actor.has_retain_until()) {
    parts->push_back({TermGroup::kRetain, DayNumber(actor.retain_until()), "", ""});
  }
}

// "COMMUNE/" and so on, by level.
absl::string_view LevelPrefix(v1::TerritoryLevel level) {
  static const auto& prefixes = *[] {
    auto* all = new std::array<std::string, v1::TerritoryLevel_ARRAYSIZE>;
    for (int i = 0; i < v1::TerritoryLevel_ARRAYSIZE; ++i) {
      const std::string& name = v1::TerritoryLevel_Name(static_cast<v1::TerritoryLevel>(i));
      (*all)[i] = absl::StrCat(absl::StripPrefix(name, "TERRITORY_LEVEL_"), "/");
    }
    return all;
  }();
  if (!v1::TerritoryLevel_IsValid(level)) return "/";
  return prefixes[level];
}

void VisitTerritory(v1::TerritoryLevel level, absl::string_view code, Visitor visit) {
  const std::string text = absl::StrCat(LevelPrefix(level), code);
  visit(Field::kPlace, text);
  visit(Field::kTerritory, text);
  const v1::Territory* territory = Territories::Official().Find(level, code);
  if (territory == nullptr) return;
  for (const v1::TerritoryRef& above : territory->ancestors()) {
    visit(Field::kTerritory, TerritoryText(above));
  }
}

void VisitEmail(absl::string_view address, Visitor visit) {
  visit(Field::kEmail, address);
  visit(Field::kEmail, "*");
  const size_t at = address.rfind('@');
  if (at != absl::string_view::npos) visit(Field::kEmail, address.substr(at));
}

// Names are found by their words and by their sound.
void VisitName(absl::string_view name, Visitor visit) {
  for (const std::string& word : IndexWords(name)) {
    const std::string sound = SoundOf(word);
    if (!sound.empty()) visit(Field::kSound, sound);
    visit(Field::kName, word);
  }
}

void VisitText(Field field, const TermPart& part, Visitor visit) {
  visit(field, WholeText(part.text));
  if (part.number == kWholeOnly) return;
  for (const std::string& word : IndexWords(part.text)) visit(field, word);
}

std::string DayText(int64_t number) {
  const absl::CivilDay day = absl::CivilDay() + number;
  return absl::StrFormat("%04d-%02d-%02d", day.year(), day.month(), day.day());
}

}  // namespace

std::string TerritoryText(const v1::TerritoryRef& ref) {
  return absl::StrCat(LevelPrefix(ref.level()), ref.code());
}

TermParts PartsOf(const NodeId& self, const NodeId& origin, const v1::Actor& actor) {
  TermParts parts;
  parts.push_back({TermGroup::kAll, 0, "", ""});
  parts.push_back({TermGroup::kKind, actor.kind(), "", ""});
  parts.push_back({TermGroup::kOrigin, 0, origin.bytes(), ""});
  for (const int category : actor.categories()) {
    parts.push_back({TermGroup::kCategory, category, "", ""});
  }
  if (actor.categories_size() > 0) {
    parts.push_back({TermGroup::kPrimary, actor.categories(0), "", ""});
  }
  AddTerritories(actor.territories(), &parts);
  AddNames(actor, &parts);
  AddMemberships(actor, &parts);
  AddMarks(actor, &parts);
  AddLawful(origin == self, actor, &parts);
  std::stable_sort(parts.begin(), parts.end(),
                   [](const TermPart& a, const TermPart& b) { return a.group < b.group; });
  return parts;
}

void ForEachTerm(const TermPart& part, Visitor visit) {
  switch (part.group) {
    case TermGroup::kAll:
      return visit(Field::kAll, "");
    case TermGroup::kKind:
      return visit(Field::kKind, KindWord(static_cast<v1::ActorKind>(part.number)));
    case TermGroup::kOrigin:
      return visit(Field::kOrigin, part.text);
    case TermGroup::kCategory:
      return visit(Field::kCategory, CategoryWord(static_cast<v1::AudienceCategory>(part.number)));
    case TermGroup::kPrimary:
      return visit(Field::kPrimary, CategoryWord(static_cast<v1::AudienceCategory>(part.number)));
    case TermGroup::kTerritory:
      return VisitTerritory(static_cast<v1::TerritoryLevel>(part.number), part.text, visit);
    case TermGroup::kEmail:
      return VisitEmail(part.text, visit);
    case TermGroup::kName:
      return VisitName(part.text, visit);
    case TermGroup::kOrganisation:
      return VisitText(Field::kOrganisation, part, visit);
    case TermGroup::kRole:
      return VisitText(Field::kRole, part, visit);
    case TermGroup::kPhone:
      visit(Field::kPhone, part.text);
      return visit(Field::kPhone, "*");
    case TermGroup::kIdentifier:
      return visit(Field::kIdentifier, absl::StrCat(part.text, "/", part.more));
    case TermGroup::kTheme:
      return visit(Field::kTheme, interchange::Fold(part.text));
    case TermGroup::kTag:
      return visit(Field::kTag, interchange::Fold(part.text));
    case TermGroup::kBasis:
      return visit(Field::kBasis, BasisWord(static_cast<v1::LegalBasis>(part.number)));
    case TermGroup::kUpdated:
      return visit(Field::kUpdated, DayText(part.number));
    case TermGroup::kNotice:
      return visit(Field::kNotice, NoticeWord(static_cast<v1::NoticeState>(part.number)));
    case TermGroup::kRestricted:
      return visit(Field::kRestricted, "");
    case TermGroup::kRetain:
      return visit(Field::kRetain, DayText(part.number));
  }
}

bool IsShared(const TermPart& part) {
  return part.group != TermGroup::kEmail && part.group != TermGroup::kPhone &&
         part.group != TermGroup::kIdentifier;
}

void AppendKey(const TermPart& part, std::string* key) {
  key->push_back(static_cast<char>(part.group));
  AppendU64(key, static_cast<uint64_t>(part.number));
  AppendU32(key, static_cast<uint32_t>(part.text.size()));
  absl::StrAppend(key, part.text, part.more);
}

}  // namespace maillage::directory

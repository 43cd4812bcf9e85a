#include "server/directory/actor.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/gates.h"
#include "server/directory/territories.h"
#include "server/interchange/email.h"
#include "server/interchange/values.h"

namespace maillage::directory {
namespace {

constexpr size_t kMaxNameBytes = 500;
constexpr size_t kMaxNotesBytes = 16 << 10;
constexpr int kMaxRepeated = 200;
constexpr int kMaxTerritories = 2000;         // of all memberships together
constexpr size_t kMaxActorBytes = 200 << 10;  // leaves room in an entry of 256 KiB
constexpr absl::string_view kCategoryPrefix = "AUDIENCE_CATEGORY_";

absl::Status Bad(absl::string_view field, absl::string_view what, absl::string_view mend) {
  return InvalidArgument("BAD_ACTOR", absl::StrCat(field, ": ", what), mend);
}

absl::Status CheckText(absl::string_view field, absl::string_view text, size_t most) {
  if (text.size() > most) {
    return Bad(field, absl::StrCat("longer than ", most, " bytes"), "make it shorter");
  }
  const bool control = std::any_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
  });
  if (control) return Bad(field, "has a control character", "take it out");
  return absl::OkStatus();
}

absl::Status CheckDate(absl::string_view field, const v1::Date& date) {
  const bool good = date.year() >= 1 && date.year() <= 9999 && date.month() >= 0 &&
                    date.month() <= 12 && date.day() >= 0 && date.day() <= 31 &&
                    (date.month() > 0 || date.day() == 0);
  return good ? absl::OkStatus() : Bad(field, "is no date", "year, month 1 to 12, day 1 to 31");
}

absl::Status CheckTerritories(absl::string_view field,
                              const google::protobuf::RepeatedPtrField<v1::TerritoryRef>& refs) {
  if (refs.size() > kMaxRepeated) return Bad(field, "too many", "at most 200");
  for (const v1::TerritoryRef& ref : refs) {
    if (Territories::Official().Find(ref.level(), ref.code()) == nullptr) {
      return Bad(field, absl::StrCat("there is no territory '", ref.code(), "' at that level"),
                 "find the code with `maillage territory list`");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckMembership(const v1::Membership& membership) {
  if (membership.type() == v1::MEMBERSHIP_TYPE_UNSPECIFIED) {
    return Bad("memberships.type", "is missing", "say how the person belongs");
  }
  if (membership.organisation_name().empty() && membership.role().empty()) {
    return Bad("memberships", "has neither organisation nor role", "give one of them");
  }
  if (membership.has_start()) RETURN_IF_ERROR(CheckDate("memberships.start", membership.start()));
  if (membership.has_end()) RETURN_IF_ERROR(CheckDate("memberships.end", membership.end()));
  return CheckTerritories("memberships.territories", membership.territories());
}

absl::Status CheckContactPoint(const v1::ContactPoint& point) {
  switch (point.kind()) {
    case v1::CONTACT_KIND_EMAIL:
    case v1::CONTACT_KIND_PHONE:
      if (point.value().empty()) return Bad("contact_points.value", "is empty", "give the value");
      return absl::OkStatus();
    case v1::CONTACT_KIND_POSTAL:
      return absl::OkStatus();
    default:
      return Bad("contact_points.kind", "is missing", "EMAIL, PHONE or POSTAL");
  }
}

absl::Status CheckTexts(const v1::Membership& membership) {
  RETURN_IF_ERROR(
      CheckText("memberships.organisation_name", membership.organisation_name(), kMaxNameBytes));
  return CheckText("memberships.role", membership.role(), kMaxNameBytes);
}

absl::Status CheckTexts(const v1::ContactPoint& point) {
  RETURN_IF_ERROR(CheckText("contact_points.value", point.value(), kMaxNameBytes));
  if (point.postal().lines_size() > 6) {
    return Bad("contact_points.postal.lines", "more than 6", "join some");
  }
  for (const std::string& line : point.postal().lines()) {
    RETURN_IF_ERROR(CheckText("contact_points.postal.lines", line, kMaxNameBytes));
  }
  RETURN_IF_ERROR(CheckText("contact_points.postal.postal_code", point.postal().postal_code(), 16));
  return CheckText("contact_points.postal.locality", point.postal().locality(), kMaxNameBytes);
}

absl::Status CheckNumbers(const v1::Actor& actor) {
  for (const int number :
       {actor.memberships_size(), actor.contact_points_size(), actor.identifiers_size(),
        actor.tags_size(), actor.themes_size(), actor.categories_size()}) {
    if (number > kMaxRepeated) {
      return Bad("actor", "more than 200 of one kind", "keep those that are of use");
    }
  }
  int territories = actor.territories_size();
  for (const v1::Membership& membership : actor.memberships()) {
    territories += membership.territories_size();
  }
  if (territories <= kMaxTerritories) return absl::OkStatus();
  return Bad("memberships.territories", "too many", "at most 2000 together");
}

absl::Status CheckNames(const v1::Actor& actor) {
  if (actor.kind() == v1::ACTOR_KIND_PERSON) {
    if (actor.person_name().family().empty() && actor.person_name().given().empty()) {
      return Bad("person_name", "is missing", "a person has a family name or a given name");
    }
    return CheckLawful(actor);
  }
  if (actor.kind() != v1::ACTOR_KIND_ORGANISATION) {
    return Bad("kind", "is missing", "PERSON or ORGANISATION");
  }
  if (actor.organisation_name().empty()) {
    return Bad("organisation_name", "is missing", "an organisation has a name");
  }
  if (actor.organisation_type() == v1::ORGANISATION_TYPE_UNSPECIFIED) {
    return Bad("organisation_type", "is missing", "INSTITUTION, ASSOCIATION or COMPANY");
  }
  return absl::OkStatus();
}

v1::AudienceCategory CategoryOfType(v1::OrganisationType type) {
  switch (type) {
    case v1::ORGANISATION_TYPE_INSTITUTION:
      return v1::AUDIENCE_CATEGORY_INSTITUTION;
    case v1::ORGANISATION_TYPE_COMPANY:
      return v1::AUDIENCE_CATEGORY_COMPANY;
    default:
      return v1::AUDIENCE_CATEGORY_ASSOCIATION;
  }
}

v1::AudienceCategory CategoryOf(const v1::Membership& membership) {
  switch (membership.type()) {
    case v1::MEMBERSHIP_TYPE_MANDATE:
      return v1::AUDIENCE_CATEGORY_ELECTED_OFFICIAL;
    case v1::MEMBERSHIP_TYPE_EMPLOYMENT:
      return v1::AUDIENCE_CATEGORY_PROFESSIONAL;
    case v1::MEMBERSHIP_TYPE_BOARD:
    case v1::MEMBERSHIP_TYPE_MEMBER:
      return CategoryOfType(membership.organisation_type());
    default:
      return v1::AUDIENCE_CATEGORY_CITIZEN;
  }
}

absl::Status NormaliseContactPoint(v1::ContactPoint* point) {
  if (point->kind() == v1::CONTACT_KIND_EMAIL) {
    auto address = interchange::NormaliseEmail(point->value());
    if (!address.ok()) {
      return Bad("contact_points.value", address.status().message(), ErrorMend(address.status()));
    }
    point->set_value(*std::move(address));
  }
  if (point->kind() == v1::CONTACT_KIND_PHONE) {
    const auto numbers = interchange::FindPhones(point->value());
    if (numbers.size() != 1 || !numbers.front().ok()) {
      return Bad("contact_points.value", "is not one telephone number",
                 "+33 and nine digits, ten digits, or + and another country's number");
    }
    point->set_value(numbers.front().value);
  }
  return absl::OkStatus();
}

}  // namespace

std::string SortName(const v1::Actor& actor) {
  if (actor.kind() != v1::ACTOR_KIND_PERSON) return actor.organisation_name();
  return absl::StrCat(actor.person_name().family(), " ", actor.person_name().given());
}

std::string CategoryWord(v1::AudienceCategory category) {
  return std::string(
      absl::StripPrefix(v1::AudienceCategory_Name(category).c_str(), kCategoryPrefix));
}

v1::AudienceCategory ParseCategoryWord(absl::string_view word) {
  v1::AudienceCategory category = v1::AUDIENCE_CATEGORY_UNSPECIFIED;
  v1::AudienceCategory_Parse(absl::StrCat(kCategoryPrefix, word), &category);
  return category;
}

void DeriveCategories(v1::Actor* actor) {
  std::set<v1::AudienceCategory> categories;
  if (actor->kind() == v1::ACTOR_KIND_ORGANISATION) {
    categories.insert(CategoryOfType(actor->organisation_type()));
  } else {
    for (const v1::Membership& membership : actor->memberships()) {
      if (!membership.has_end()) categories.insert(CategoryOf(membership));
    }
  }
  if (categories.empty()) categories.insert(v1::AUDIENCE_CATEGORY_CITIZEN);
  actor->clear_categories();
  for (const v1::AudienceCategory category : categories) actor->add_categories(category);
}

absl::Status Normalise(v1::Actor* actor) {
  for (v1::ContactPoint& point : *actor->mutable_contact_points()) {
    RETURN_IF_ERROR(NormaliseContactPoint(&point));
  }
  const auto present = [](google::protobuf::RepeatedPtrField<v1::TerritoryRef>* refs) {
    for (v1::TerritoryRef& ref : *refs) {
      const v1::Territory* now = Territories::Official().Find(ref.level(), ref.code());
      if (now != nullptr) ref = now->ref();
    }
  };
  present(actor->mutable_territories());
  for (v1::Membership& membership : *actor->mutable_memberships()) {
    present(membership.mutable_territories());
  }
  DeriveCategories(actor);
  return absl::OkStatus();
}

absl::Status CheckBounds(const v1::Actor& actor) {
  RETURN_IF_ERROR(CheckNumbers(actor));
  const v1::PersonName& name = actor.person_name();
  RETURN_IF_ERROR(CheckText("person_name.family", name.family(), kMaxNameBytes));
  RETURN_IF_ERROR(CheckText("person_name.given", name.given(), kMaxNameBytes));
  RETURN_IF_ERROR(CheckText("person_name.honorific", name.honorific(), kMaxNameBytes));
  RETURN_IF_ERROR(CheckText("acronym", actor.acronym(), kMaxNameBytes));
  RETURN_IF_ERROR(CheckText("organisation_name", actor.organisation_name(), kMaxNameBytes));
  for (const v1::Membership& membership : actor.memberships()) {
    RETURN_IF_ERROR(CheckTexts(membership));
  }
  for (const v1::ContactPoint& point : actor.contact_points()) RETURN_IF_ERROR(CheckTexts(point));
  RETURN_IF_ERROR(CheckText("notes", actor.notes(), kMaxNotesBytes));
  return CheckText("source", actor.source(), kMaxNameBytes);
}

absl::Status Validate(const v1::Actor& actor) {
  RETURN_IF_ERROR(CheckNames(actor));
  RETURN_IF_ERROR(CheckBounds(actor));
  for (const v1::Membership& membership : actor.memberships()) {
    RETURN_IF_ERROR(CheckMembership(membership));
  }
  for (const v1::ContactPoint& point : actor.contact_points()) {
    RETURN_IF_ERROR(CheckContactPoint(point));
  }
  RETURN_IF_ERROR(CheckTerritories("territories", actor.territories()));
  if (actor.ByteSizeLong() > kMaxActorBytes) {
    return Bad("actor", "larger than 200 KiB", "keep what is of use");
  }
  return absl::OkStatus();
}

void FillNames(const NodeId& origin, const RecordId& id, v1::Actor* actor) {
  actor->set_name(ActorName(origin, id));
  actor->set_etag(absl::StrCat("r", actor->revision()));
}

}  // namespace maillage::directory

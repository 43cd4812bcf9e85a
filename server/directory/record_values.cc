#include "server/directory/record_values.h"

#include "absl/strings/str_cat.h"
#include "server/directory/terms.h"
#include "server/interchange/fold.h"

namespace maillage::directory {

std::string KeyOf(const v1::ContactPoint& point) {
  if (point.kind() != v1::CONTACT_KIND_POSTAL) {
    return absl::StrCat("contact|", point.kind(), "|", point.value());
  }
  std::string text;
  for (const std::string& line : point.postal().lines()) absl::StrAppend(&text, line, " ");
  absl::StrAppend(&text, point.postal().postal_code(), " ", point.postal().locality());
  return absl::StrCat("contact|", point.kind(), "|", interchange::Fold(text));
}

std::string KeyOf(const v1::Membership& membership) {
  return absl::StrCat("membership|", membership.type(), "|",
                      interchange::Fold(membership.organisation_name()), "|",
                      interchange::Fold(membership.role()));
}

std::string KeyOf(const v1::Identifier& identifier) {
  return absl::StrCat("identifier|", identifier.scheme(), "|", identifier.value());
}

std::string KeyOf(const v1::FlaggedValue& value) {
  return absl::StrCat("flagged|", value.field(), "|", value.raw());
}

std::string KeyOf(absl::string_view field, absl::string_view text) {
  return absl::StrCat(field, "|", text);
}

std::string KeyOfTerritories(const v1::Actor& actor) {
  std::string key = "territories";
  for (const v1::TerritoryRef& ref : actor.territories()) {
    absl::StrAppend(&key, "|", TerritoryText(ref));
  }
  return key;
}

void ForEachValue(const v1::Actor& actor, absl::FunctionRef<void(const std::string& key)> visit) {
  const auto text = [&](absl::string_view field, const std::string& value) {
    if (!value.empty()) visit(KeyOf(field, value));
  };
  text("honorific", actor.person_name().honorific());
  text("given", actor.person_name().given());
  text("family", actor.person_name().family());
  text("organisation", actor.organisation_name());
  text("acronym", actor.acronym());
  text("notes", actor.notes());
  for (const std::string& theme : actor.themes()) text("theme", theme);
  for (const v1::ContactPoint& point : actor.contact_points()) visit(KeyOf(point));
  for (const v1::Membership& membership : actor.memberships()) visit(KeyOf(membership));
  for (const v1::Identifier& identifier : actor.identifiers()) visit(KeyOf(identifier));
  for (const v1::FlaggedValue& value : actor.flagged_values()) visit(KeyOf(value));
  if (!actor.territories().empty()) visit(KeyOfTerritories(actor));
}

}  // namespace maillage::directory

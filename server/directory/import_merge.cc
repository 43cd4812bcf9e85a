#include "server/directory/import_merge.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/interchange/fold.h"

namespace maillage::directory {
namespace {

bool Fill(const std::string& from, std::string* to) {
  if (from.empty() || !to->empty()) return false;
  *to = from;
  return true;
}

// Adds the items of `from` whose key no item of `to` has.
template <typename Item, typename KeyOf>
bool AddMissing(const google::protobuf::RepeatedPtrField<Item>& from, KeyOf key_of,
                google::protobuf::RepeatedPtrField<Item>* to) {
  bool added = false;
  for (const Item& item : from) {
    const std::string key = key_of(item);
    if (std::any_of(to->begin(), to->end(), [&](const Item& has) { return key_of(has) == key; })) {
      continue;
    }
    *to->Add() = item;
    added = true;
  }
  return added;
}

std::string ContactKey(const v1::ContactPoint& point) {
  if (point.kind() != v1::CONTACT_KIND_POSTAL) return absl::StrCat(point.kind(), point.value());
  return absl::StrCat(point.kind(), interchange::Fold(point.postal().ShortDebugString()));
}

std::string MembershipKey(const v1::Membership& membership) {
  return absl::StrCat(membership.type(), interchange::Fold(membership.organisation_name()), "|",
                      interchange::Fold(membership.role()));
}

}  // namespace

bool CompleteFrom(const v1::Actor& draft, v1::Actor* known) {
  bool changed = false;
  if (known->kind() == v1::ACTOR_KIND_PERSON) {
    changed |=
        Fill(draft.person_name().honorific(), known->mutable_person_name()->mutable_honorific());
  }
  changed |= Fill(draft.acronym(), known->mutable_acronym());
  changed |= AddMissing(draft.contact_points(), ContactKey, known->mutable_contact_points());
  changed |= AddMissing(draft.memberships(), MembershipKey, known->mutable_memberships());
  changed |= AddMissing(
      draft.identifiers(),
      [](const v1::Identifier& id) { return absl::StrCat(id.scheme(), ":", id.value()); },
      known->mutable_identifiers());
  changed |= AddMissing(
      draft.themes(), [](const std::string& theme) { return theme; }, known->mutable_themes());
  changed |= AddMissing(
      draft.flagged_values(),
      [](const v1::FlaggedValue& value) { return absl::StrCat(value.field(), "|", value.raw()); },
      known->mutable_flagged_values());
  if (known->territories().empty() && !draft.territories().empty()) {
    *known->mutable_territories() = draft.territories();
    changed = true;
  }
  return changed;
}

}  // namespace maillage::directory

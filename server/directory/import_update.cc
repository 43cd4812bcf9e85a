#include "server/directory/import_update.h"

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/directory/record_values.h"
#include "server/interchange/fold.h"
#include "server/interchange/values.h"

namespace maillage::directory {
namespace {

using google::protobuf::RepeatedPtrField;

bool Lasts(const v1::Membership& membership) { return !membership.has_end(); }
template <typename Item>
bool Lasts(const Item&) {
  return true;
}

template <typename Item>
bool HasKey(const RepeatedPtrField<Item>& list, const std::string& key) {
  return std::any_of(list.begin(), list.end(),
                     [&](const Item& item) { return Lasts(item) && KeyOf(item) == key; });
}

// Values of one group take each other's place.
std::string GroupOf(const v1::ContactPoint& point) { return absl::StrCat(point.kind()); }
std::string GroupOf(const v1::Membership& membership) {
  return interchange::Fold(membership.organisation_name());
}
std::string GroupOf(const v1::Identifier& identifier) { return identifier.scheme(); }

bool MayGo(const v1::Membership& membership) {
  return membership.register_().empty() && Lasts(membership);
}
template <typename Item>
bool MayGo(const Item&) {
  return true;
}

class Update {
 public:
  Update(const Provenance& provenance, Rule rule) : provenance_(provenance), rule_(rule) {}
  bool changed() const { return changed_; }

  void Text(absl::string_view field, const std::string& from, std::string* to) {
    if (from.empty() || from == *to) return;
    const bool may = to->empty() ? !provenance_.TakenAway(KeyOf(field, from))
                                 : rule_ == Rule::kUpdate && provenance_.Brought(KeyOf(field, *to));
    if (!may) return;
    *to = from;
    changed_ = true;
  }

  template <typename Item>
  void List(const RepeatedPtrField<Item>& from, RepeatedPtrField<Item>* to) {
    std::vector<const Item*> fresh;
    for (const Item& item : from) {
      const std::string key = KeyOf(item);
      if (!HasKey(*to, key) && !provenance_.TakenAway(key)) fresh.push_back(&item);
    }
    if (rule_ == Rule::kUpdate) Replace(from, &fresh, to);
    for (const Item* item : fresh) {
      *to->Add() = *item;
      changed_ = true;
    }
  }

  // With kUpdate those that the source brought go where the row says them no more,
  // also where it has none: then they could be read this time.
  void Flagged(const RepeatedPtrField<v1::FlaggedValue>& from,
               RepeatedPtrField<v1::FlaggedValue>* to) {
    if (rule_ == Rule::kUpdate) {
      const auto mended = [&](const v1::FlaggedValue& value) {
        const std::string key = KeyOf(value);
        return provenance_.Brought(key) && !HasKey(from, key);
      };
      const auto end = std::remove_if(to->begin(), to->end(), mended);
      changed_ |= end != to->end();
      to->erase(end, to->end());
    }
    for (const v1::FlaggedValue& value : from) {
      const std::string key = KeyOf(value);
      if (HasKey(*to, key) || provenance_.TakenAway(key)) continue;
      *to->Add() = value;
      changed_ = true;
    }
  }

  void Themes(const v1::Actor& from, v1::Actor* to) {
    for (const std::string& theme : from.themes()) {
      const auto& has = to->themes();
      if (std::find(has.begin(), has.end(), theme) != has.end()) continue;
      if (provenance_.TakenAway(KeyOf("theme", theme))) continue;
      to->add_themes(theme);
      changed_ = true;
    }
  }

  void Territories(const v1::Actor& from, v1::Actor* to) {
    const std::string is = KeyOfTerritories(from);
    const std::string was = KeyOfTerritories(*to);
    if (from.territories().empty() || is == was) return;
    const bool may = to->territories().empty() ? !provenance_.TakenAway(is)
                                               : rule_ == Rule::kUpdate && provenance_.Brought(was);
    if (!may) return;
    *to->mutable_territories() = from.territories();
    changed_ = true;
  }

  // What the row says beside organisation and function, of those on both sides.
  void Terms(const RepeatedPtrField<v1::Membership>& from, RepeatedPtrField<v1::Membership>* to) {
    for (v1::Membership& has : *to) {
      const std::string key = KeyOf(has);
      const auto told = std::find_if(from.begin(), from.end(),
                                     [&](const v1::Membership& m) { return KeyOf(m) == key; });
      if (told == from.end() || has.has_end()) continue;
      const std::string before = has.SerializeAsString();
      if (has.register_().empty()) has.set_register_(told->register_());
      const bool may = !has.has_start() || (rule_ == Rule::kUpdate && provenance_.Brought(key));
      if (told->has_start() && may) *has.mutable_start() = told->start();
      changed_ |= has.SerializeAsString() != before;
    }
  }

 private:
  // Puts fresh values in the place of those that they take it from.
  template <typename Item>
  void Replace(const RepeatedPtrField<Item>& from, std::vector<const Item*>* fresh,
               RepeatedPtrField<Item>* to) {
    RepeatedPtrField<Item> kept;
    for (Item& item : *to) {
      const std::string group = GroupOf(item);
      const auto same = [&](const Item& other) { return GroupOf(other) == group; };
      const std::string key = KeyOf(item);
      if (!MayGo(item) || !provenance_.Brought(key) || HasKey(from, key) ||
          std::none_of(from.begin(), from.end(), same)) {
        *kept.Add() = std::move(item);
        continue;
      }
      changed_ = true;
      const auto next = std::find_if(fresh->begin(), fresh->end(),
                                     [&](const Item* other) { return same(*other); });
      if (next == fresh->end()) continue;
      *kept.Add() = **next;
      fresh->erase(next);
    }
    *to = std::move(kept);
  }

  const Provenance& provenance_;
  const Rule rule_;
  bool changed_ = false;
};

// Those that the record does not hold already, as past ones: an old file says a
// mandate that has ended as if it lasted.
RepeatedPtrField<v1::Membership> NotPast(const v1::Actor& draft, const v1::Actor& known) {
  RepeatedPtrField<v1::Membership> told;
  const auto day = [](const v1::Date& date) { return interchange::FormatDate(date); };
  for (const v1::Membership& membership : draft.memberships()) {
    const std::string key = KeyOf(membership);
    const bool past = std::any_of(
        known.memberships().begin(), known.memberships().end(), [&](const v1::Membership& has) {
          return has.has_end() && KeyOf(has) == key &&
                 (!membership.has_start() || day(membership.start()) <= day(has.end()));
        });
    if (!past) *told.Add() = membership;
  }
  return told;
}

}  // namespace

bool UpdateFrom(const v1::Actor& draft, const Provenance& provenance, Rule rule, v1::Actor* known) {
  Update update(provenance, rule);
  if (known->kind() == v1::ACTOR_KIND_PERSON) {
    const v1::PersonName& name = draft.person_name();
    update.Text("honorific", name.honorific(), known->mutable_person_name()->mutable_honorific());
    update.Text("given", name.given(), known->mutable_person_name()->mutable_given());
    update.Text("family", name.family(), known->mutable_person_name()->mutable_family());
  } else {
    update.Text("organisation", draft.organisation_name(), known->mutable_organisation_name());
  }
  update.Text("acronym", draft.acronym(), known->mutable_acronym());
  update.Text("notes", draft.notes(), known->mutable_notes());
  const RepeatedPtrField<v1::Membership> told = NotPast(draft, *known);
  update.Terms(told, known->mutable_memberships());
  update.List(told, known->mutable_memberships());
  update.List(draft.contact_points(), known->mutable_contact_points());
  update.List(draft.identifiers(), known->mutable_identifiers());
  update.Themes(draft, known);
  update.Flagged(draft.flagged_values(), known->mutable_flagged_values());
  update.Territories(draft, known);
  return update.changed();
}

}  // namespace maillage::directory

#include "server/interchange/vcard_card.h"

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/interchange/address.h"
#include "server/interchange/fold.h"
#include "server/interchange/organisations.h"
#include "server/interchange/text.h"

namespace maillage::interchange {
namespace {

bool IsOneOf(absl::string_view word, std::initializer_list<absl::string_view> any) {
  return std::find(any.begin(), any.end(), word) != any.end();
}

// Properties whose whole text is the value of a field.
struct Plain {
  absl::string_view name;
  Field field;
};

constexpr Plain kPlain[] = {
    {"EMAIL", Field::kEmail}, {"TITLE", Field::kRole},    {"ROLE", Field::kRole},
    {"NOTE", Field::kNote},   {"URL", Field::kNote},      {"NICKNAME", Field::kNote},
    {"FN", Field::kFullName}, {"X-SIRET", Field::kSiret}, {"X-SIREN", Field::kSiret},
    {"X-RNA", Field::kRna},   {"X-INSEE", Field::kInsee},
};

constexpr absl::string_view kComposed[] = {"N",          "ORG",  "TEL",       "ADR",
                                           "CATEGORIES", "KIND", "X-ABSHOWAS"};

// Of the format, not of the person.
constexpr absl::string_view kTechnical[] = {"VERSION", "PRODID", "REV",         "UID",
                                            "SOURCE",  "MAILER", "SORT-STRING", "CLASS"};

template <typename List>
bool Holds(const List& list, absl::string_view name) {
  return std::find(std::begin(list), std::end(list), name) != std::end(list);
}

v1::ContactScope ScopeOfTypes(const VcardLine& property) {
  const bool work = property.Has("TYPE", "WORK"), home = property.Has("TYPE", "HOME");
  if (work == home) return v1::CONTACT_SCOPE_UNSPECIFIED;
  return work ? v1::CONTACT_SCOPE_WORK : v1::CONTACT_SCOPE_PRIVATE;
}

// A label of the user's own, or one of Apple's: "_$!<Work>!$_".
v1::ContactScope ScopeOfLabel(absl::string_view label) {
  const std::string folded = absl::StrCat(" ", Fold(label), " ");
  for (const absl::string_view word :
       {" work ", " travail ", " bureau ", " pro ", " professionnel "}) {
    if (absl::StrContains(folded, word)) return v1::CONTACT_SCOPE_WORK;
  }
  for (const absl::string_view word :
       {" home ", " domicile ", " maison ", " perso ", " personnel "}) {
    if (absl::StrContains(folded, word)) return v1::CONTACT_SCOPE_PRIVATE;
  }
  return v1::CONTACT_SCOPE_UNSPECIFIED;
}

int PreferenceOf(const VcardLine& property) {
  int preference = PropertyInfo::kNoPreference;
  if (absl::SimpleAtoi(property.Get("PREF"), &preference)) {
    return std::clamp(preference, 1, PropertyInfo::kNoPreference);
  }
  return property.Has("TYPE", "PREF") ? 1 : PropertyInfo::kNoPreference;
}

// Lists within a component: "Marie,Anne".
std::string Joined(absl::string_view component) {
  return absl::StrReplaceAll(component, {{",", " "}});
}

}  // namespace

void VcardCard::Start(int64_t line) {
  entry_.Start(line);
  version_.clear();
  held_.clear();
  labels_.clear();
  has_kind_ = false;
}

void VcardCard::AddOddLine(int64_t line, absl::string_view text) {
  PropertyInfo info;
  info.line = line;
  std::string scratch;
  Mend mend;
  Encoding encoding = Encoding::kUndecided;
  entry_.Flag(info, Clean(DecodeCell(text, &encoding, &scratch, &mend)),
              "This line is no property of a card.");
}

void VcardCard::AddProperty(const VcardLine& property, int64_t line, bool cut, Encoding* encoding) {
  if (property.name == "VERSION") version_ = property.value;
  if (Holds(kTechnical, property.name)) return;
  const bool label = property.name == "X-ABLABEL";
  const bool plain = std::any_of(std::begin(kPlain), std::end(kPlain),
                                 [&](const Plain& p) { return p.name == property.name; });
  if (!plain && !label && !Holds(kComposed, property.name)) {
    return entry_.Skip(property.name);
  }
  Held held;
  held.name = property.name;
  held.group = property.group;
  held.info = {line, property.name, PreferenceOf(property), ScopeOfTypes(property)};
  if (cut) {
    return entry_.Flag(held.info, Clean(property.value), "The text is longer than 64 KiB.");
  }
  const bool apart = !property.Get("CHARSET").empty() || !property.Get("ENCODING").empty();
  Encoding own = *encoding;
  held.text = DecodeVcardValue(property, own, &held.mend);
  if (own == Encoding::kUndecided && !apart) *encoding = EncodingByContent(property.value);
  held.fax = property.Has("TYPE", "FAX") && !property.Has("TYPE", "VOICE");
  if (label) {
    labels_[held.group] = ScopeOfLabel(held.text);
  } else if (held_.size() < 1000) {
    held_.push_back(std::move(held));
  } else {
    entry_.Refuse("", "The card holds more than 1,000 properties.");
  }
}

absl::Status VcardCard::Finish() {
  for (Held& held : held_) {
    const auto label = labels_.find(held.group);
    if (!held.group.empty() && label != labels_.end() &&
        held.info.scope == v1::CONTACT_SCOPE_UNSPECIFIED) {
      held.info.scope = label->second;
    }
    Place(std::move(held));
  }
  held_.clear();
  DecideNames();
  return entry_.Finish();
}

void VcardCard::Place(Held held) {
  if (held.name == "N") return PlaceName(held);
  if (held.name == "ORG") return PlaceOrganisation(held);
  if (held.name == "TEL") return PlacePhone(held);
  if (held.name == "ADR") return PlaceAddress(held);
  if (held.name == "CATEGORIES") return PlaceCategories(held);
  if (held.name == "KIND" || held.name == "X-ABSHOWAS") return PlaceKind(held);
  for (const Plain& plain : kPlain) {
    if (plain.name == held.name) {
      return entry_.Add(plain.field, held.info, VcardText(held.text), held.mend);
    }
  }
}

void VcardCard::PlaceName(const Held& held) {
  std::vector<std::string> parts = SplitVcardValue(held.text, ';');
  parts.resize(std::max<size_t>(parts.size(), 5));
  entry_.Add(Field::kFamily, held.info, parts[0], held.mend);
  const std::string given = absl::StrCat(Joined(parts[1]), " ", Joined(parts[2]));
  entry_.Add(Field::kGiven, held.info, given, held.mend);
  entry_.Add(Field::kHonorific, held.info, Joined(parts[3]));
  entry_.Add(Field::kNote, held.info, Joined(parts[4]));
}

void VcardCard::PlaceOrganisation(const Held& held) {
  const std::vector<std::string> parts = SplitVcardValue(held.text, ';');
  bool first = true;
  for (const std::string& part : parts) {
    if (Clean(part).empty()) continue;
    entry_.Add(first ? Field::kOrganisation : Field::kNote, held.info, part, held.mend);
    first = false;
  }
}

void VcardCard::PlacePhone(const Held& held) {
  std::string text = VcardText(held.text);
  absl::string_view number = text;
  // The URI of RFC 3966: "tel:+33-3-53-01-00-12;ext=3".
  if (absl::StartsWithIgnoreCase(number, "tel:")) number = number.substr(4, number.find(';') - 4);
  if (held.fax) {
    return entry_.Add(Field::kNote, held.info, absl::StrCat("Fax : ", number));
  }
  entry_.Add(Field::kPhone, held.info, number, held.mend);
}

void VcardCard::PlaceAddress(const Held& held) {
  std::vector<std::string> parts = SplitVcardValue(held.text, ';');
  parts.resize(std::max<size_t>(parts.size(), 7));
  AddressParts address;
  // The order on an envelope: what leads to the door first, then the street.
  address.lines = {parts[1], parts[2], parts[0]};
  address.postal_code = parts[5];
  address.locality = parts[3];
  address.country = parts[6];
  entry_.Add(Field::kNote, held.info, parts[4]);  // a region has no line on an envelope
  v1::PostalAddress postal;
  if (MakeAddress(address, &postal)) entry_.AddAddress(held.info, std::move(postal));
}

// A category of the audience by its words, else a theme. Groups that address books
// have of themselves are neither.
void VcardCard::PlaceCategories(const Held& held) {
  const std::string text = absl::StrReplaceAll(held.text, {{";", ","}});
  for (const std::string& part : SplitVcardValue(text, ',')) {
    if (IsOneOf(Fold(part), {"mycontacts", "starred", "contacts", "imported"})) continue;
    const bool category = ReadCategory(Clean(part)) != v1::AUDIENCE_CATEGORY_UNSPECIFIED &&
                          !entry_.Has(Field::kCategory);
    entry_.Add(category ? Field::kCategory : Field::kTheme, held.info, part, held.mend);
  }
}

void VcardCard::PlaceKind(const Held& held) {
  has_kind_ = true;
  const std::string kind = absl::AsciiStrToLower(absl::StripAsciiWhitespace(held.text));
  if (IsOneOf(kind, {"org", "organization", "company"})) {
    return entry_.SetKind(v1::ACTOR_KIND_ORGANISATION);
  }
  if (IsOneOf(kind, {"individual", "person"})) return entry_.SetKind(v1::ACTOR_KIND_PERSON);
  if (kind.empty()) return;
  entry_.Refuse(Clean(held.text), "The card is of no person and no organisation.");
}

// FN says again what N says; where it says the organisation's name, the card is
// the organisation's.
void VcardCard::DecideNames() {
  const std::string organisation = Fold(entry_.First(Field::kOrganisation));
  const bool named = entry_.Has(Field::kGiven);
  const std::string shown = Fold(entry_.First(Field::kFullName));
  const std::string family = Fold(entry_.First(Field::kFamily));
  if (!named && !organisation.empty() && (shown == organisation || family == organisation)) {
    entry_.SetKind(v1::ACTOR_KIND_ORGANISATION);
    entry_.Drop(Field::kFamily);
    entry_.Drop(Field::kFullName);
    return;
  }
  // A card is a person's where it does not say otherwise (RFC 6350, 6.1.4).
  const bool told = has_kind_ || category_ != v1::AUDIENCE_CATEGORY_UNSPECIFIED;
  if (!told && organisation.empty() && !LooksLikeOrganisation(shown) &&
      !LooksLikeOrganisation(family)) {
    entry_.SetKind(v1::ACTOR_KIND_PERSON);
  }
  if (named || !family.empty()) entry_.Drop(Field::kFullName);
}

}  // namespace maillage::interchange

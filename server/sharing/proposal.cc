#include "server/sharing/proposal.h"

#include <google/protobuf/descriptor.h>

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"

namespace maillage::sharing {
namespace {

constexpr size_t kMaxProposalBytes = 64 << 10;

using Words = std::vector<std::pair<std::string, std::string>>;  // field and its text

bool IsShown(const v1::ContactPoint& contact, v1::View view) {
  if (view >= v1::VIEW_FULL) return true;
  return view == v1::VIEW_PROFESSIONAL && contact.scope() == v1::CONTACT_SCOPE_WORK;
}

// Shown ones are replaced where the first of them stood, so that what is
// preferred stays so.
void ReplaceContacts(const v1::Actor& proposed, v1::View view, v1::Actor* actor) {
  v1::Actor result;
  bool placed = false;
  const auto place = [&] {
    if (std::exchange(placed, true)) return;
    for (const v1::ContactPoint& contact : proposed.contact_points()) {
      if (IsShown(contact, view)) *result.add_contact_points() = contact;
    }
  };
  for (const v1::ContactPoint& contact : actor->contact_points()) {
    if (IsShown(contact, view)) {
      place();
    } else {
      *result.add_contact_points() = contact;
    }
  }
  place();
  *actor->mutable_contact_points() = std::move(*result.mutable_contact_points());
}

void CopyField(const v1::Actor& from, const std::string& path, v1::Actor* to) {
  const auto* field = v1::Actor::descriptor()->FindFieldByName(path);
  if (field == nullptr) return;
  to->GetReflection()->ClearField(to, field);
  v1::Actor only = from;
  // Swapping one field between two messages copies any type of field.
  to->GetReflection()->SwapFields(to, &only, {field});
}

// "MEMBERSHIP_TYPE_MANDATE" -> "mandate".
std::string Word(absl::string_view value, absl::string_view prefix) {
  return absl::AsciiStrToLower(absl::StripPrefix(value, prefix));
}

std::string TerritoryText(const v1::TerritoryRef& ref) {
  return absl::StrCat(absl::StripPrefix(v1::TerritoryLevel_Name(ref.level()), "TERRITORY_LEVEL_"),
                      "/", ref.code());
}

std::string ContactText(const v1::ContactPoint& contact) {
  if (contact.kind() != v1::CONTACT_KIND_POSTAL) return contact.value();
  const v1::PostalAddress& postal = contact.postal();
  std::vector<std::string> lines(postal.lines().begin(), postal.lines().end());
  lines.push_back(absl::StrCat(postal.postal_code(), " ", postal.locality()));
  return absl::StrJoin(lines, ", ");
}

std::string MembershipText(const v1::Membership& membership) {
  return absl::StrCat(Word(v1::MembershipType_Name(membership.type()), "MEMBERSHIP_TYPE_"), ": ",
                      membership.role(), membership.role().empty() ? "" : " @ ",
                      membership.organisation_name(), membership.has_end() ? " (ended)" : "");
}

template <typename List, typename Text>
std::string Lines(const List& list, Text text) {
  return absl::StrJoin(
      list, "; ", [&](std::string* out, const auto& item) { absl::StrAppend(out, text(item)); });
}

void AddContacts(const v1::Actor& actor, Words* words) {
  for (const auto kind :
       {v1::CONTACT_KIND_EMAIL, v1::CONTACT_KIND_PHONE, v1::CONTACT_KIND_POSTAL}) {
    for (const bool work : {true, false}) {
      std::vector<std::string> texts;
      for (const v1::ContactPoint& contact : actor.contact_points()) {
        if (contact.kind() == kind && (contact.scope() == v1::CONTACT_SCOPE_WORK) == work) {
          texts.push_back(ContactText(contact));
        }
      }
      words->emplace_back(
          absl::StrCat(Word(v1::ContactKind_Name(kind), "CONTACT_KIND_"), work ? "" : ".private"),
          absl::StrJoin(texts, "; "));
    }
  }
}

// The words of one field of Actor, by the names that the command line has.
Words WordsOf(const v1::Actor& actor, const std::string& path) {
  if (path == "kind") return {{path, Word(v1::ActorKind_Name(actor.kind()), "ACTOR_KIND_")}};
  if (path == "person_name") {
    const v1::PersonName& name = actor.person_name();
    return {{"honorific", name.honorific()}, {"given", name.given()}, {"family", name.family()}};
  }
  if (path == "organisation_name") return {{"organisation", actor.organisation_name()}};
  if (path == "acronym") return {{path, actor.acronym()}};
  if (path == "organisation_type") {
    return {
        {"type", Word(v1::OrganisationType_Name(actor.organisation_type()), "ORGANISATION_TYPE_")}};
  }
  if (path == "memberships") return {{path, Lines(actor.memberships(), MembershipText)}};
  if (path == "territories") return {{"territory", Lines(actor.territories(), TerritoryText)}};
  if (path == "themes") return {{"theme", absl::StrJoin(actor.themes(), "; ")}};
  if (path == "legal_basis") {
    return {{"basis", Word(v1::LegalBasis_Name(actor.legal_basis()), "LEGAL_BASIS_")}};
  }
  if (path == "identifiers") {
    return {{path, Lines(actor.identifiers(), [](const v1::Identifier& identifier) {
               return absl::StrCat(identifier.scheme(), " ", identifier.value());
             })}};
  }
  Words words;
  if (path == "contact_points") AddContacts(actor, &words);
  return words;
}

}  // namespace

std::vector<std::string> OpenFields(v1::View view, v1::ActorKind kind) {
  std::vector<std::string> open = {
      "person_name", "organisation_name", "acronym", "organisation_type",
      "memberships", "territories",       "themes"};
  if (view >= v1::VIEW_PROFESSIONAL) open.emplace_back("contact_points");
  if (view >= v1::VIEW_FULL || kind == v1::ACTOR_KIND_ORGANISATION) {
    open.emplace_back("identifiers");
  }
  return open;
}

std::vector<std::string> OpenFieldsOfNew() {
  std::vector<std::string> open = OpenFields(v1::VIEW_FULL, v1::ACTOR_KIND_PERSON);
  open.emplace_back("kind");
  open.emplace_back("legal_basis");
  return open;
}

absl::Status CheckProposal(const v1::Actor& actor, const Paths& paths,
                           const std::vector<std::string>& open, absl::string_view why) {
  if (paths.empty()) return InvalidArgument("NO_FIELDS", "the suggestion changes nothing");
  if (paths.size() > static_cast<int>(open.size()) || why.size() > kMaxWhyBytes ||
      actor.ByteSizeLong() > kMaxProposalBytes) {
    return InvalidArgument("TOO_LARGE", "the suggestion is too large",
                           "at most 64 KiB, and 1000 bytes of reasons");
  }
  for (const std::string& path : paths) {
    if (std::find(open.begin(), open.end(), path) != open.end()) continue;
    return InvalidArgument("FIELD_NOT_OPEN",
                           absl::StrCat("'", absl::CHexEscape(path.substr(0, 64)),
                                        "' is not for the partner to propose"),
                           absl::StrCat("what may be proposed: ", absl::StrJoin(open, ", ")));
  }
  return directory::CheckBounds(actor);
}

v1::Actor OnlyFields(const v1::Actor& actor, const Paths& paths) {
  v1::Actor only;
  for (const std::string& path : paths) CopyField(actor, path, &only);
  return only;
}

void ApplyProposal(const v1::Actor& proposed, const Paths& paths, v1::View view, v1::Actor* actor) {
  for (const std::string& path : paths) {
    if (path == "contact_points") {
      ReplaceContacts(proposed, view, actor);
    } else {
      CopyField(proposed, path, actor);
    }
  }
}

std::vector<v1::FieldChange> ReadableChanges(const v1::Actor& before, const v1::Actor& after,
                                             const Paths& paths) {
  std::vector<v1::FieldChange> changes;
  for (const std::string& path : paths) {
    const Words old_words = WordsOf(before, path);
    const Words new_words = WordsOf(after, path);
    for (size_t i = 0; i < old_words.size(); ++i) {
      if (old_words[i] == new_words[i]) continue;
      v1::FieldChange& change = changes.emplace_back();
      change.set_field(old_words[i].first);
      change.set_before(old_words[i].second);
      change.set_after(new_words[i].second);
    }
  }
  return changes;
}

}  // namespace maillage::sharing

#include "server/directory/terms.h"

#include <algorithm>
#include <array>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/sha256.h"
#include "server/directory/term_parts.h"
#include "server/interchange/fold.h"

namespace maillage::directory {

absl::string_view FieldName(Field field) {
  constexpr std::array<absl::string_view, 23> kNames = {
      "",           "all",         "category", "primary", "kind",  "territory",    "place",
      "origin",     "email",       "import",   "name",    "sound", "organisation", "role",
      "phone",      "identifier",  "theme",    "tag",     "basis", "update_time",  "notice",
      "restricted", "retain_until"};
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

std::string NoticeWord(v1::NoticeState state) {
  if (state == v1::NOTICE_STATE_UNSPECIFIED) return "DUE";
  return std::string(absl::StripPrefix(v1::NoticeState_Name(state).c_str(), "NOTICE_STATE_"));
}

std::string KindWord(v1::ActorKind kind) {
  return std::string(absl::StripPrefix(v1::ActorKind_Name(kind).c_str(), "ACTOR_KIND_"));
}

Terms TermsOf(const NodeId& self, const NodeId& origin, const v1::Actor& actor) {
  Terms terms;
  terms.reserve(48);  // what an actor with one membership has, and some
  for (const TermPart& part : PartsOf(self, origin, actor)) {
    ForEachTerm(part, [&](Field field, absl::string_view text) {
      terms.emplace_back(field, std::string(text));
    });
  }
  if (origin == self) {
    for (std::string& key : ImportKeys(actor)) {
      terms.emplace_back(Field::kImportKey, std::move(key));
    }
  }
  SortTerms(&terms);
  return terms;
}

void SortTerms(Terms* terms) {
  std::sort(terms->begin(), terms->end());
  terms->erase(std::unique(terms->begin(), terms->end()), terms->end());
}

namespace {

// Of one text each.
using Edit = absl::FunctionRef<std::string(const std::string& text)>;
// By the organisation of one membership, null where there is none.
std::string ImportTextOf(const v1::Actor& actor, const v1::Membership* membership, Edit edit) {
  std::string text = absl::StrCat(static_cast<int>(actor.kind()), "|");
  if (actor.kind() == v1::ACTOR_KIND_PERSON) {
    absl::StrAppend(&text, edit(actor.person_name().family()), "|",
                    edit(actor.person_name().given()), "|");
    if (membership != nullptr) absl::StrAppend(&text, edit(membership->organisation_name()));
  } else {
    absl::StrAppend(&text, edit(actor.organisation_name()));
  }
  // Where nothing but the place tells two apart, the place does.
  const bool placed = membership != nullptr && !membership->territories().empty();
  for (const v1::TerritoryRef& ref : placed ? membership->territories() : actor.territories()) {
    absl::StrAppend(&text, "|", TerritoryText(ref));
  }
  return text;
}

std::string KeyOfText(const v1::Actor& actor, const v1::Membership* membership) {
  const std::string text = ImportTextOf(
      actor, membership, [](const std::string& part) { return interchange::Fold(part); });
  return std::string(Sha256::Of(text).bytes().substr(0, 16));
}

const v1::Membership* FirstOf(const v1::Actor& actor) {
  return actor.memberships().empty() ? nullptr : &actor.memberships(0);
}

}  // namespace

std::string ImportText(const v1::Actor& actor) {
  const auto as_it_is = [](const std::string& text) { return text; };
  std::string text = ImportTextOf(actor, FirstOf(actor), as_it_is);
  for (int i = 1; i < actor.memberships_size(); ++i) {
    absl::StrAppend(&text, "\n", ImportTextOf(actor, &actor.memberships(i), as_it_is));
  }
  return text;
}

std::string ImportKey(const v1::Actor& actor) { return KeyOfText(actor, FirstOf(actor)); }

std::vector<std::string> ImportKeys(const v1::Actor& actor) {
  std::vector<std::string> keys = {ImportKey(actor)};
  for (int i = 1; i < actor.memberships_size(); ++i) {
    keys.push_back(KeyOfText(actor, &actor.memberships(i)));
  }
  return keys;
}

}  // namespace maillage::directory

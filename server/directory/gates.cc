#include "server/directory/gates.h"

#include <algorithm>
#include <array>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/directory.h"
#include "server/directory/terms.h"
#include "server/storage/postings.h"

namespace maillage::directory {
namespace {

bool IsPerson(const v1::Actor& actor) { return actor.kind() == v1::ACTOR_KIND_PERSON; }

const Term& Citizens() {
  static const Term& term =
      *new Term(Field::kCategory, CategoryWord(v1::AUDIENCE_CATEGORY_CITIZEN));
  return term;
}

bool IsCitizen(const v1::Actor& actor) {
  return IsPerson(actor) && actor.categories_size() > 0 &&
         actor.categories(0) == v1::AUDIENCE_CATEGORY_CITIZEN;
}

// A mobile number is one person's; others may be a whole office's.
bool IsMobile(absl::string_view number) {
  return absl::StartsWith(number, "+336") || absl::StartsWith(number, "+337");
}

absl::StatusOr<Roaring> Take(const storage::Reader& reader, const Term& term, Roaring* matches) {
  ASSIGN_OR_RETURN(Roaring held,
                   storage::ReadPosting(reader, static_cast<uint8_t>(term.first), term.second));
  held &= *matches;
  *matches -= held;
  return held;
}

absl::Status Bad(absl::string_view field, absl::string_view what, absl::string_view mend) {
  return InvalidArgument("BAD_ACTOR", absl::StrCat(field, ": ", what), mend);
}

}  // namespace

absl::Status CheckNotice(const v1::PrivacyNotice& notice) {
  const bool given = notice.state() == v1::NOTICE_STATE_GIVEN;
  if (!given && notice.state() != v1::NOTICE_STATE_EXEMPT) {
    return InvalidArgument("BAD_NOTICE", "the notice says neither given nor exempt",
                           "give a date and how, or the exemption and why it holds");
  }
  if (given && notice.date().year() == 0) {
    return InvalidArgument("BAD_NOTICE", "the notice has no date (RGPD art. 13, 14)",
                           "say on which day the person was told");
  }
  constexpr size_t kMostBytes = 500;
  if (notice.how().empty() || notice.how().size() > kMostBytes) {
    return InvalidArgument(
        "BAD_NOTICE",
        given ? "the notice does not say how it was given, in at most 500 bytes (RGPD art. 12.1)"
              : "the exemption has no reason, in at most 500 bytes (RGPD art. 13.4, 14.5)",
        given
            ? "say how: a letter, a mail, the form that was signed"
            : "name the exemption and why it holds: 'art. 14.5.c: the register is public by law'");
  }
  return absl::OkStatus();
}

absl::Status CheckLawful(const v1::Actor& person) {
  if (person.legal_basis() == v1::LEGAL_BASIS_UNSPECIFIED ||
      !v1::LegalBasis_IsValid(person.legal_basis())) {
    return Bad("legal_basis", "is missing (RGPD art. 6.1)",
               "PUBLIC_TASK, CONSENT, CONTRACT or LEGAL_OBLIGATION");
  }
  constexpr size_t kMostBytes = 500;
  if (person.consent().proof().size() > kMostBytes) {
    return Bad("consent.proof", "longer than 500 bytes", "say where the proof is kept");
  }
  if (person.legal_basis() == v1::LEGAL_BASIS_CONSENT && person.consent().proof().empty()) {
    return Bad("consent.proof", "is missing: who relies on consent can prove it (RGPD art. 7.1)",
               "say what proves it: 'formulaire signé du 12 mars, classeur 3'");
  }
  if (!person.has_notice()) return absl::OkStatus();
  const absl::Status notice = CheckNotice(person.notice());
  return notice.ok() ? notice : Bad("notice", notice.message(), ErrorMend(notice));
}

bool NoticeDue(const v1::Actor& actor) {
  return IsPerson(actor) && actor.notice().state() == v1::NOTICE_STATE_UNSPECIFIED;
}

std::vector<std::string> TellingKeys(const v1::Actor& actor) {
  if (!IsPerson(actor)) return {};
  const bool tells = !actor.territories().empty() ||
                     std::any_of(actor.memberships().begin(), actor.memberships().end(),
                                 [](const v1::Membership& membership) {
                                   return !membership.organisation_name().empty();
                                 });
  return tells ? ImportKeys(actor) : std::vector<std::string>();
}

v1::HeldBack Gates::Leaving(const v1::Actor& own, const Filter& filter) const {
  if (own.restricted()) return v1::HELD_BACK_RESTRICTED;
  if (!IsPerson(own)) return v1::HELD_BACK_UNSPECIFIED;
  if (objections_ != nullptr && objections_->ToAll(own)) return v1::HELD_BACK_OBJECTION;
  if (NoticeDue(own)) return v1::HELD_BACK_NOTICE;
  if (IsCitizen(own) && !filter.Names(Citizens())) return v1::HELD_BACK_CITIZEN;
  return v1::HELD_BACK_UNSPECIFIED;
}

absl::StatusOr<std::map<v1::HeldBack, Roaring>> Gates::HoldBack(const storage::Reader& reader,
                                                                const NodeId& self,
                                                                const Filter& filter,
                                                                Roaring* matches) const {
  std::map<v1::HeldBack, Roaring> held;
  ASSIGN_OR_RETURN(held[v1::HELD_BACK_RESTRICTED], Take(reader, {Field::kRestricted, ""}, matches));
  if (objections_ != nullptr && objections_->AnyToAll()) {
    // Tags of addresses are in no index.
    Roaring& objected = held[v1::HELD_BACK_OBJECTION];
    for (const uint32_t ordinal : *matches) {
      ASSIGN_OR_RETURN(const ShownRecord record, ReadByOrdinal(reader, self, ordinal));
      if (record.actor != nullptr && IsPerson(*record.actor) && objections_->ToAll(*record.actor)) {
        objected.add(ordinal);
      }
    }
    *matches -= objected;
  }
  ASSIGN_OR_RETURN(held[v1::HELD_BACK_NOTICE], Take(reader, {Field::kNotice, "DUE"}, matches));
  if (!filter.Names(Citizens())) {
    ASSIGN_OR_RETURN(held[v1::HELD_BACK_CITIZEN],
                     Take(reader, {Field::kPrimary, Citizens().second}, matches));
  }
  return held;
}

bool Gates::WasErased(const v1::Actor& draft) const {
  bool address = false;
  for (const v1::ContactPoint& point : draft.contact_points()) {
    if (point.kind() != v1::CONTACT_KIND_EMAIL) continue;
    address = true;
    if (erased_(point.value())) return true;
  }
  for (const v1::ContactPoint& point : draft.contact_points()) {
    if (point.kind() != v1::CONTACT_KIND_PHONE) continue;
    if ((!address || IsMobile(point.value())) && erased_(point.value())) return true;
  }
  const auto keys = TellingKeys(draft);
  return std::any_of(keys.begin(), keys.end(), erased_);
}

absl::Status Gates::CheckComing(const v1::Actor& draft) const {
  if (!IsPerson(draft)) return absl::OkStatus();
  if (erased_ && WasErased(draft)) {
    return FailedPrecondition(
        "ERASED_BEFORE", "the person was erased here and is not brought back (RGPD art. 17)",
        "if the person asks to come back, create the record with the basis consent and its proof");
  }
  if (objections_ != nullptr && objections_->ToAll(draft)) {
    return FailedPrecondition(
        "OBJECTED", "the person objected to all processing (RGPD art. 21)",
        "if the person takes it back, remove the objection with `maillage objection remove`");
  }
  return absl::OkStatus();
}

}  // namespace maillage::directory

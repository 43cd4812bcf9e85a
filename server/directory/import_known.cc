// How an import knows a record again, and what it does to it then.
#include <algorithm>
#include <utility>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/directory.h"
#include "server/directory/import.h"
#include "server/directory/import_update.h"
#include "server/directory/record_values.h"
#include "server/directory/terms.h"
#include "server/interchange/fold.h"
#include "server/storage/postings.h"

namespace maillage::directory {

using storage::Family;

namespace {

const std::string& FirstEmail(const v1::Actor& actor) {
  static const auto& none = *new std::string;
  for (const v1::ContactPoint& point : actor.contact_points()) {
    if (point.kind() == v1::CONTACT_KIND_EMAIL) return point.value();
  }
  return none;
}

bool SameNames(const v1::Actor& a, const v1::Actor& b) {
  const auto names = [](const v1::Actor& actor) {
    return absl::StrCat(interchange::Fold(actor.person_name().family()), "|",
                        interchange::Fold(actor.person_name().given()));
  };
  return a.kind() == b.kind() && names(a) == names(b);
}

// Whether the record is, by what the row knows it by, one that the row's source
// brought: the same organisation, or the names where there is none.
bool BroughtBySource(const v1::Actor& draft, const v1::Actor& known, const Provenance& provenance) {
  if (known.kind() == v1::ACTOR_KIND_ORGANISATION) {
    return provenance.Brought(KeyOf("organisation", known.organisation_name()));
  }
  if (known.memberships().empty() || draft.memberships().empty()) {
    return provenance.Brought(KeyOf("family", known.person_name().family()));
  }
  const std::string body = interchange::Fold(draft.memberships(0).organisation_name());
  return std::any_of(known.memberships().begin(), known.memberships().end(),
                     [&](const v1::Membership& membership) {
                       return interchange::Fold(membership.organisation_name()) == body &&
                              provenance.Brought(KeyOf(membership));
                     });
}

}  // namespace

// Decides whether the draft is new, known, or said twice in this file.
absl::Status Import::Place(interchange::Draft draft) {
  const std::string& address = FirstEmail(draft.actor);
  const uint64_t email = address.empty() ? 0 : absl::HashOf(address) | 1;
  const std::string key = ImportKey(draft.actor);
  std::vector<Seen>& seen = seen_[key];
  for (const Seen& earlier : seen) {
    if (email != 0 && earlier.email == email) {
      summary_.set_unchanged(summary_.unchanged() + 1);
      Report(draft.line, v1::ImportProblem::NOTE, "", SortName(draft.actor),
             absl::StrCat("says again what line ", earlier.line, " says"));
      return absl::OkStatus();
    }
  }
  const size_t occurrence = seen.size();
  seen.push_back({email, draft.line});
  if (nothing_known_) return Add(std::move(draft.actor));
  ASSIGN_OR_RETURN(const std::optional<uint32_t> known, FindKnown(draft.actor, key, occurrence));
  return known.has_value() ? Complete(*known, draft.actor) : Add(std::move(draft.actor));
}

absl::StatusOr<std::optional<uint32_t>> Import::FindKnown(const v1::Actor& draft,
                                                          const std::string& key,
                                                          size_t occurrence) {
  ASSIGN_OR_RETURN(const Roaring by_key,
                   storage::ReadPosting(*before_, static_cast<uint8_t>(Field::kImportKey), key));
  uint32_t ordinal = 0;
  if (by_key.select(static_cast<uint32_t>(occurrence), &ordinal)) return ordinal;
  for (const v1::Identifier& identifier : draft.identifiers()) {
    // Several establishments have one SIREN.
    if (identifier.scheme() == "SIREN") continue;
    const std::string text = absl::StrCat(identifier.value(), "/", identifier.scheme());
    ASSIGN_OR_RETURN(const auto known, FindOnly(draft, Field::kIdentifier, text));
    if (known.has_value()) return known;
  }
  if (draft.kind() != v1::ACTOR_KIND_PERSON || FirstEmail(draft).empty()) return std::nullopt;
  return FindByAddress(draft);
}

// A person whom this source brought with the same names and address, in another
// organisation. Whether another list's is the same one is for matching to say.
absl::StatusOr<std::optional<uint32_t>> Import::FindByAddress(const v1::Actor& draft) {
  const std::string& address = FirstEmail(draft);
  ASSIGN_OR_RETURN(const auto known, FindOnly(draft, Field::kEmail, address));
  if (!known.has_value()) return known;
  ASSIGN_OR_RETURN(const ShownRecord record, ReadByOrdinal(*before_, self_, *known));
  ASSIGN_OR_RETURN(const Provenance provenance,
                   Provenance::Read(*before_, record.id, *record.actor, Source()));
  for (const v1::ContactPoint& point : record.actor->contact_points()) {
    if (point.value() == address && provenance.Brought(KeyOf(point))) return known;
  }
  return std::nullopt;
}

// The one own record with this term, if it can be the draft: an organisation, or
// a person of the same names. None where there are several, or an earlier line of
// the file is that record.
absl::StatusOr<std::optional<uint32_t>> Import::FindOnly(const v1::Actor& draft, Field field,
                                                         const std::string& text) {
  ASSIGN_OR_RETURN(const Roaring found,
                   storage::ReadPosting(*before_, static_cast<uint8_t>(field), text));
  std::optional<uint32_t> only;
  constexpr uint64_t kMostRead = 20;  // of a mailbox that many have
  if (found.cardinality() > kMostRead) return only;
  for (const uint32_t ordinal : found) {
    ASSIGN_OR_RETURN(const ShownRecord record, ReadByOrdinal(*before_, self_, ordinal));
    if (record.actor == nullptr || record.origin != self_) continue;
    if (!SameNames(*record.actor, draft)) continue;
    if (only.has_value()) return std::nullopt;
    only = ordinal;
  }
  if (only.has_value() && touched_.contains(*only)) only.reset();
  return only;
}

absl::Status Import::Complete(uint32_t ordinal, const v1::Actor& draft) {
  const bool again = !touched_.insert(ordinal).second;
  // What an earlier line changed must be there to be changed again.
  if (again) RETURN_IF_ERROR(AwaitSubmitted());
  ASSIGN_OR_RETURN(const ShownRecord record, ReadByOrdinal(*before_, self_, ordinal));
  ASSIGN_OR_RETURN(const auto row,
                   database_->latest().Get(Family::kActors, storage::ActorKey(record.id)));
  if (record.actor == nullptr || !row.has_value()) return Add(draft);  // gone since the start
  if (renewal_ != nullptr) renewal_->See(record.id, draft);
  ASSIGN_OR_RETURN(const auto before, ParseOwnRow(self_, record.id, *row));
  v1::Actor after = *before;
  ASSIGN_OR_RETURN(const bool changed, Update(record.id, draft, again, &after));
  if (!changed) {
    summary_.set_unchanged(summary_.unchanged() + 1);
    return absl::OkStatus();
  }
  summary_.set_updated(summary_.updated() + 1);
  DeriveCategories(&after);
  RETURN_IF_ERROR(Validate(after));
  after.set_import_hash(draft.import_hash());
  return Replace(record.id, before, *row, std::move(after));
}

// Whether the row says anything new of the record.
absl::StatusOr<bool> Import::Update(const RecordId& id, const v1::Actor& draft, bool again,
                                    v1::Actor* actor) {
  if (actor->import_hash() == draft.import_hash()) return false;
  ASSIGN_OR_RETURN(const Provenance provenance,
                   Provenance::Read(database_->latest(), id, *actor, Source()));
  const bool replace = !again && BroughtBySource(draft, *actor, provenance);
  return UpdateFrom(draft, provenance, replace ? Rule::kUpdate : Rule::kComplete, actor);
}

absl::Status Import::Replace(const RecordId& id, std::shared_ptr<const v1::Actor> before,
                             std::string row, v1::Actor after) {
  if (spec_.dry_run()) return absl::OkStatus();
  *after.mutable_update_time() = Now();
  after.set_import_batch(summary_.import_batch());
  after.set_revision(before->revision() + 1);
  FillNames(self_, id, &after);
  storage::Transaction transaction =
      ChangeOf(self_, id, std::move(before), std::make_shared<const v1::Actor>(std::move(after)));
  transaction.preconditions.push_back({Family::kActors, storage::ActorKey(id), std::move(row)});
  return Submit(std::move(transaction));
}

}  // namespace maillage::directory

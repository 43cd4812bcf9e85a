#include "server/sharing/suggestions.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/identity/timestamps.h"
#include "server/sharing/proposal.h"
#include "server/storage/races.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// As the directory bounds a source.
constexpr size_t kMaxSourceBytes = 500;
constexpr char kGone[] = "the record is gone";

absl::Status NoSuchSuggestion(absl::string_view name) {
  return NotFound("NO_SUCH_SUGGESTION", absl::StrCat("there is no suggestion ", name),
                  "maillage suggestion list shows them with their numbers");
}

// RGPD art. 14: the source says where the data came from.
void AddSource(const std::string& provenance, v1::Actor* actor) {
  if (absl::StrContains(actor->source(), provenance)) return;
  const std::string source =
      absl::StrCat(actor->source(), actor->source().empty() ? "" : "; ", provenance);
  actor->set_source(source.size() <= kMaxSourceBytes ? source : provenance);
}

// A person's record that a partner holds was shared, so it had a notice or an
// exemption, which no share carries. It comes back with what that proves.
void AddNoticeOfLost(v1::Actor* actor) {
  if (actor->kind() != v1::ACTOR_KIND_PERSON) return;
  actor->mutable_notice()->set_state(v1::NOTICE_STATE_EXEMPT);
  actor->mutable_notice()->set_how(
      "art. 14.5.a: told before the record was lost, for it had been shared");
  if (actor->legal_basis() == v1::LEGAL_BASIS_CONSENT) {
    actor->mutable_consent()->set_proof("recorded before the record was lost: to be found again");
  }
}

}  // namespace

absl::StatusOr<std::vector<v1::ProposedChange>> Suggestions::List() const {
  std::vector<v1::ProposedChange> list;
  RETURN_IF_ERROR(
      ForEachSuggestion(parts_.database->latest(), kSuggestionPrefix,
                        [&](const SuggestionRow& row) { list.push_back(ToProto(row)); }));
  std::sort(list.begin(), list.end(), [](const v1::ProposedChange& a, const v1::ProposedChange& b) {
    return a.number() < b.number();
  });
  return list;
}

absl::StatusOr<int64_t> Suggestions::CountOpen() const {
  int64_t count = 0;
  RETURN_IF_ERROR(ForEachSuggestion(
      parts_.database->latest(), kSuggestionPrefix,
      [&](const SuggestionRow& row) { count += row.stored.state() == v1::SUGGESTION_STATE_OPEN; }));
  return count;
}

absl::StatusOr<SuggestionRow> Suggestions::Find(absl::string_view name) const {
  absl::StatusOr<SuggestionRow> found = NoSuchSuggestion(name);
  RETURN_IF_ERROR(
      ForEachSuggestion(parts_.database->latest(), kSuggestionPrefix, [&](SuggestionRow row) {
        if (name == absl::StrCat(row.stored.number()) || name == ToText(row.id) ||
            name == SuggestionName(row.author, row.id)) {
          found = std::move(row);
        }
      }));
  return found;
}

absl::StatusOr<SuggestionRow> Suggestions::FindOpen(absl::string_view name) const {
  ASSIGN_OR_RETURN(SuggestionRow row, Find(name));
  if (row.stored.state() == v1::SUGGESTION_STATE_OPEN) return row;
  return FailedPrecondition("NOT_OPEN", row.stored.state() == v1::SUGGESTION_STATE_SENT
                                            ? "the record's origin decides on the suggestion"
                                            : "the suggestion has been decided");
}

absl::StatusOr<v1::ProposedChange> Suggestions::Accept(absl::string_view name,
                                                       absl::string_view who) {
  RETURN_IF_ERROR(storage::RetryRaces([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const SuggestionRow row, FindOpen(name));
    return AcceptOnce(row, who);
  }));
  ASSIGN_OR_RETURN(const SuggestionRow row, Find(name));
  return ToProto(row);
}

absl::Status Suggestions::AcceptOnce(const SuggestionRow& row, absl::string_view who) {
  const v1::StoredSuggestion& stored = row.stored;
  const std::string provenance = absl::StrCat("suggestion of ", AliasOf(row.author));
  const std::string what = absl::StrCat("accept ", SuggestionName(row.author, row.id));
  const auto change = [&](v1::Actor* actor) {
    ApplyProposal(stored.actor(), stored.paths(), stored.view(), actor);
    AddSource(provenance, actor);
    return absl::OkStatus();
  };
  const auto also = [&](storage::Transaction* transaction) {
    return AddDecision(row, v1::SUGGESTION_STATE_ACCEPTED, "", who, transaction);
  };
  RecordId record = row.id;
  bool is_new = stored.record().empty();
  if (!is_new) {
    record = RecordId(stored.record());
    const auto known = parts_.database->latest().Get(Family::kActors, storage::ActorKey(record));
    RETURN_IF_ERROR(known.status());
    is_new = !known->has_value() && stored.recovered();
    if (!known->has_value() && !is_new) return FailedPrecondition("RECORD_GONE", kGone);
  }
  if (!is_new) return parts_.directory->ChangeWith(record, change, also, what, who);
  v1::Actor actor;
  RETURN_IF_ERROR(change(&actor));
  if (stored.recovered()) AddNoticeOfLost(&actor);
  return parts_.directory->CreateWith(record, stored.base_revision(), std::move(actor), also, what,
                                      who);
}

absl::StatusOr<v1::ProposedChange> Suggestions::Refuse(absl::string_view name,
                                                       absl::string_view why,
                                                       absl::string_view who) {
  if (why.size() > kMaxWhyBytes) {
    return InvalidArgument("TOO_LARGE", "the reason is too long", "at most 1000 bytes");
  }
  RETURN_IF_ERROR(storage::RetryRaces([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const SuggestionRow row, FindOpen(name));
    storage::Transaction transaction;
    RETURN_IF_ERROR(AddDecision(row, v1::SUGGESTION_STATE_REFUSED, why, who, &transaction));
    transaction.who = std::string(who);
    transaction.what = absl::StrCat("refuse ", SuggestionName(row.author, row.id));
    return parts_.writer->Commit(std::move(transaction));
  }));
  ASSIGN_OR_RETURN(const SuggestionRow row, Find(name));
  return ToProto(row);
}

absl::Status Suggestions::DropOrphans() {
  std::vector<SuggestionRow> orphans;
  const storage::Reader& reader = parts_.database->latest();
  absl::Status failed;
  RETURN_IF_ERROR(ForEachSuggestion(reader, kSuggestionPrefix, [&](SuggestionRow row) {
    if (!IsOpen(row.stored) || row.stored.record().empty() || row.stored.recovered()) return;
    const auto known =
        parts_.directory->Get(ActorName(row.origin(), RecordId(row.stored.record())));
    if (absl::IsNotFound(known.status())) {
      orphans.push_back(std::move(row));
    } else {
      failed.Update(known.status());
    }
  }));
  for (const SuggestionRow& row : orphans) {
    RETURN_IF_ERROR(storage::RetryRaces([&]() -> absl::Status {
      ASSIGN_OR_RETURN(const SuggestionRow now, Find(SuggestionName(row.author, row.id)));
      if (!IsOpen(now.stored)) return absl::OkStatus();
      storage::Transaction transaction;
      RETURN_IF_ERROR(
          AddDecision(now, v1::SUGGESTION_STATE_REFUSED, kGone, "system", &transaction));
      return parts_.writer->Commit(std::move(transaction));
    }));
  }
  return failed;
}

absl::Status Suggestions::AddDecision(const SuggestionRow& row, v1::SuggestionState state,
                                      absl::string_view why, absl::string_view who,
                                      storage::Transaction* transaction) const {
  AddDecided(row, state, why, who, transaction);
  // Who made it itself, or does not know of it, waits for no answer.
  if (row.author == parts_.self->node() || row.stored.recovered()) return absl::OkStatus();
  return AddAnswer(row.author, row.id, state == v1::SUGGESTION_STATE_ACCEPTED, why, transaction);
}

void Suggestions::AddDecided(const SuggestionRow& row, v1::SuggestionState state,
                             absl::string_view why, absl::string_view who,
                             storage::Transaction* transaction) const {
  v1::StoredSuggestion decided = row.stored;
  decided.clear_actor();
  decided.set_state(state);
  decided.set_answer_why(std::string(why));
  decided.set_decided_by(std::string(who));
  *decided.mutable_decide_time() = identity::ToTimestamp(parts_.clock->Now());
  const std::string key = SuggestionKey(row.author, row.id);
  transaction->preconditions.push_back({Family::kObjects, key, row.value});
  transaction->writes.Put(Family::kObjects, key, decided.SerializeAsString());
}

absl::Status Suggestions::AddAnswer(const NodeId& author, const RecordId& id, bool accepted,
                                    absl::string_view why,
                                    storage::Transaction* transaction) const {
  v1::LinkMessage message;
  v1::SuggestionAnswer& answer = *message.mutable_suggestion_answer();
  answer.set_suggestion(std::string(id.bytes()));
  answer.set_accepted(accepted);
  answer.set_why(std::string(why));
  const absl::Status added = parts_.links->AddTo(author, message, transaction);
  // A partner that is none any more gets no answer.
  return absl::IsNotFound(added) ? absl::OkStatus() : added;
}

std::string Suggestions::AliasOf(const NodeId& node) const {
  if (node == parts_.self->node()) return parts_.self->alias();
  const identity::PartnerPtr partner = parts_.partners->Get(node);
  return partner == nullptr ? ToText(node) : partner->alias;
}

v1::ProposedChange Suggestions::ToProto(const SuggestionRow& row) const {
  const v1::StoredSuggestion& stored = row.stored;
  v1::ProposedChange proto;
  proto.set_name(SuggestionName(row.author, row.id));
  proto.set_number(stored.number());
  proto.set_state(stored.state());
  proto.set_author(AliasOf(row.author));
  proto.set_origin(AliasOf(row.origin()));
  *proto.mutable_paths() = stored.paths();
  proto.set_recovered(stored.recovered());
  proto.set_why(stored.why());
  *proto.mutable_create_time() = stored.create_time();
  if (stored.has_decide_time()) *proto.mutable_decide_time() = stored.decide_time();
  proto.set_decided_by(stored.decided_by());
  proto.set_answer_why(stored.answer_why());
  DescribeRecord(row, &proto);
  return proto;
}

void Suggestions::DescribeRecord(const SuggestionRow& row, v1::ProposedChange* proto) const {
  const v1::StoredSuggestion& stored = row.stored;
  v1::Actor before;
  if (!stored.record().empty()) {
    proto->set_record(ActorName(row.origin(), RecordId(stored.record())));
    if (const auto known = parts_.directory->Get(proto->record()); known.ok()) before = **known;
    proto->set_display_name(directory::SortName(before));
  }
  if (!IsOpen(stored)) return;
  proto->set_changed_since(before.revision() > 0 && before.revision() != stored.base_revision());
  v1::Actor after = before;
  ApplyProposal(stored.actor(), stored.paths(), stored.view(), &after);
  for (v1::FieldChange& change : ReadableChanges(before, after, stored.paths())) {
    *proto->add_changes() = std::move(change);
  }
}

}  // namespace maillage::sharing

// How suggestions are made and what links bring of them.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor_name.h"
#include "server/identity/timestamps.h"
#include "server/sharing/proposal.h"
#include "server/sharing/share_log.h"
#include "server/sharing/suggestion_rows.h"
#include "server/sharing/suggestions.h"
#include "server/storage/races.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr char kNumberKey[] = "suggestion-number";

absl::Status TooMany() {
  return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_SUGGESTIONS",
               absl::StrCat(kMaxOpenSuggestions, " suggestions wait for the origin's decision"),
               "wait until some are decided");
}

void Fill(const v1::Suggestion& suggestion, v1::StoredSuggestion* stored) {
  stored->set_record(suggestion.record());
  stored->set_base_revision(suggestion.base_revision());
  *stored->mutable_actor() = OnlyFields(suggestion.actor(), suggestion.paths());
  *stored->mutable_paths() = suggestion.paths();
  stored->set_why(suggestion.why());
}

}  // namespace

void Suggestions::Register() {
  parts_.links->Handle(v1::LinkMessage::kSuggestion,
                       [this](const NodeId& from, const RecordId& id,
                              const v1::LinkMessage& message, storage::Transaction* transaction) {
                         return Receive(from, id, message.suggestion(), transaction);
                       });
  parts_.links->Handle(v1::LinkMessage::kSuggestionAnswer,
                       [this](const NodeId& from, const RecordId&, const v1::LinkMessage& message,
                              storage::Transaction* transaction) {
                         return TakeAnswer(from, message.suggestion_answer(), transaction);
                       });
}

absl::StatusOr<v1::ProposedChange> Suggestions::Make(const v1::Actor& actor,
                                                     const std::vector<std::string>& paths,
                                                     absl::string_view why, absl::string_view who) {
  ASSIGN_OR_RETURN(const auto shown, parts_.directory->Get(actor.name()));
  ASSIGN_OR_RETURN(const directory::ParsedName name, directory::ParseName(shown->name()));
  if (name.origin == parts_.self->node()) {
    return FailedPrecondition("OWN_RECORD", "the record is this node's own",
                              "change it with maillage actor update");
  }
  v1::LinkMessage message;
  v1::Suggestion& suggestion = *message.mutable_suggestion();
  suggestion.set_record(std::string(name.id.bytes()));
  suggestion.set_base_revision(shown->revision());
  suggestion.mutable_paths()->Assign(paths.begin(), paths.end());
  suggestion.set_why(std::string(why));
  RETURN_IF_ERROR(
      CheckProposal(actor, suggestion.paths(), OpenFields(shown->view(), shown->kind()), why));
  *suggestion.mutable_actor() = OnlyFields(actor, suggestion.paths());
  return Send(name.origin, shown->view(), message, who);
}

absl::StatusOr<v1::ProposedChange> Suggestions::Send(const NodeId& origin, v1::View view,
                                                     const v1::LinkMessage& message,
                                                     absl::string_view who) {
  const NodeId& self = parts_.self->node();
  v1::StoredSuggestion stored;
  Fill(message.suggestion(), &stored);
  stored.set_origin(std::string(origin.bytes()));
  stored.set_view(view);
  stored.set_state(v1::SUGGESTION_STATE_SENT);
  RecordId id;
  RETURN_IF_ERROR(storage::RetryRaces([&]() -> absl::Status {
    storage::Transaction transaction;
    RETURN_IF_ERROR(MakeRoom(self, origin, &transaction));
    RETURN_IF_ERROR(parts_.links->AddTo(origin, message, &transaction, &id));
    RETURN_IF_ERROR(AddNew(self, id, stored, &transaction));
    transaction.who = std::string(who);
    transaction.what = absl::StrCat("make suggestion ", SuggestionName(self, id));
    return parts_.writer->Commit(std::move(transaction));
  }));
  ASSIGN_OR_RETURN(const SuggestionRow row, Find(ToText(id)));
  return ToProto(row);
}

absl::Status Suggestions::Receive(const NodeId& from, const RecordId& id,
                                  const v1::Suggestion& suggestion,
                                  storage::Transaction* transaction) const {
  v1::StoredSuggestion stored;
  std::vector<std::string> open = OpenFieldsOfNew();
  stored.set_view(v1::VIEW_FULL);
  if (!suggestion.record().empty()) {
    RecordId record;
    if (!RecordId::FromBytes(suggestion.record(), &record)) {
      return InvalidArgument("BAD_ID", "the suggestion names no record");
    }
    ASSIGN_OR_RETURN(const Visible visible, VisibleTo(from, record));
    // Whether there is such a record is nobody's business who does not see it.
    if (visible.actor == nullptr) {
      return AddAnswer(from, id, false, "there is no such record", transaction);
    }
    stored.set_view(visible.view);
    open = OpenFields(visible.view, visible.actor->kind());
  }
  const absl::Status bad =
      CheckProposal(suggestion.actor(), suggestion.paths(), open, suggestion.why());
  if (ErrorReason(bad) == "FIELD_NOT_OPEN") {
    return AddAnswer(from, id, false, bad.message(), transaction);
  }
  RETURN_IF_ERROR(bad);
  RETURN_IF_ERROR(MakeRoom(from, parts_.self->node(), transaction));
  Fill(suggestion, &stored);
  stored.set_origin(std::string(parts_.self->node().bytes()));
  stored.set_state(v1::SUGGESTION_STATE_OPEN);
  return AddNew(from, id, std::move(stored), transaction);
}

absl::Status Suggestions::TakeAnswer(const NodeId& from, const v1::SuggestionAnswer& answer,
                                     storage::Transaction* transaction) const {
  RecordId id;
  if (!RecordId::FromBytes(answer.suggestion(), &id) || answer.why().size() > kMaxWhyBytes) {
    return InvalidArgument("BAD_ANSWER", "the answer to a suggestion cannot be read");
  }
  const auto row = Find(ToText(id));
  // Waiting would not bring it.
  if (absl::IsNotFound(row.status()) || (row.ok() && row->origin() != from)) {
    return InvalidArgument("BAD_ANSWER", "the answer is to no suggestion that was sent there");
  }
  RETURN_IF_ERROR(row.status());
  if (row->stored.state() != v1::SUGGESTION_STATE_SENT) return absl::OkStatus();
  AddDecided(*row, answer.accepted() ? v1::SUGGESTION_STATE_ACCEPTED : v1::SUGGESTION_STATE_REFUSED,
             answer.why(), "", transaction);
  return absl::OkStatus();
}

absl::Status Suggestions::AddRecovered(const NodeId& from, const RecordId& id,
                                       const v1::Actor& actor,
                                       storage::Transaction* transaction) const {
  ASSIGN_OR_RETURN(const auto row,
                   parts_.database->latest().Get(Family::kObjects, SuggestionKey(from, id)));
  if (row.has_value()) return absl::OkStatus();
  v1::StoredSuggestion stored;
  stored.set_origin(std::string(parts_.self->node().bytes()));
  stored.set_record(std::string(id.bytes()));
  stored.set_base_revision(actor.revision());
  stored.set_view(actor.view());
  for (const std::string& path : OpenFieldsOfNew()) stored.add_paths(path);
  *stored.mutable_actor() = OnlyFields(actor, stored.paths());
  stored.set_recovered(true);
  stored.set_state(v1::SUGGESTION_STATE_OPEN);
  return AddNew(from, id, std::move(stored), transaction);
}

absl::Status Suggestions::DropRecovered(const RecordId& id,
                                        storage::Transaction* transaction) const {
  for (const identity::PartnerPtr& partner : parts_.partners->List()) {
    const std::string key = SuggestionKey(partner->node, id);
    ASSIGN_OR_RETURN(const auto row, parts_.database->latest().Get(Family::kObjects, key));
    if (row.has_value()) transaction->writes.Delete(Family::kObjects, key);
  }
  return absl::OkStatus();
}

absl::Status Suggestions::AddNew(const NodeId& author, const RecordId& id,
                                 v1::StoredSuggestion stored,
                                 storage::Transaction* transaction) const {
  ASSIGN_OR_RETURN(const uint64_t number, TakeNumber(transaction));
  stored.set_number(static_cast<int64_t>(number));
  stored.set_author(std::string(author.bytes()));
  *stored.mutable_create_time() = identity::ToTimestamp(parts_.clock->Now());
  transaction->writes.Put(Family::kObjects, SuggestionKey(author, id), stored.SerializeAsString());
  return absl::OkStatus();
}

absl::StatusOr<uint64_t> Suggestions::TakeNumber(storage::Transaction* transaction) const {
  // A transaction may carry several suggestions.
  const auto& ops = transaction->writes.ops();
  const auto taken = std::find_if(ops.rbegin(), ops.rend(), [](const storage::Batch::Op& op) {
    return op.family == Family::kMeta && op.key == kNumberKey;
  });
  std::optional<std::string> row;
  if (taken != ops.rend()) {
    row = taken->value;
  } else {
    ASSIGN_OR_RETURN(row, parts_.database->latest().Get(Family::kMeta, kNumberKey));
    transaction->preconditions.push_back({Family::kMeta, kNumberKey, row});
  }
  ASSIGN_OR_RETURN(const uint64_t last, DecodeSeq(row));
  transaction->writes.Put(Family::kMeta, kNumberKey, EncodeSeq(last + 1));
  return last + 1;
}

absl::Status Suggestions::MakeRoom(const NodeId& author, const NodeId& origin,
                                   storage::Transaction* transaction) const {
  int open = 0;
  std::vector<std::pair<int64_t, std::string>> decided;
  RETURN_IF_ERROR(ForEachSuggestion(
      parts_.database->latest(), SuggestionPrefix(author), [&](SuggestionRow row) {
        if (!IsOpen(row.stored)) {
          decided.emplace_back(row.stored.number(), SuggestionKey(author, row.id));
        } else if (row.origin() == origin && !row.stored.recovered()) {
          ++open;
        }
      }));
  if (open >= kMaxOpenSuggestions) return TooMany();
  std::sort(decided.begin(), decided.end());
  for (size_t i = 0; i + kMaxDecidedSuggestions < decided.size(); ++i) {
    transaction->writes.Delete(Family::kObjects, decided[i].second);
  }
  return absl::OkStatus();
}

absl::StatusOr<Suggestions::Visible> Suggestions::VisibleTo(const NodeId& partner,
                                                            const RecordId& id) const {
  const storage::Reader& reader = parts_.database->latest();
  const NodeId& self = parts_.self->node();
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kActors, storage::ActorKey(id)));
  ASSIGN_OR_RETURN(const auto sightings, directory::ReadSightings(reader, self, id));
  Visible visible;
  const ShareSetPtr shares = parts_.shares->Get();
  for (const directory::Sighting& sighting : sightings) {
    const OwnSharePtr share = shares->Find(sighting.share);
    if (sighting.kind != v1::ENTRY_KIND_PUT || share == nullptr || !share->TakesRecords()) continue;
    if (share->HasMember(partner)) visible.view = std::max(visible.view, sighting.view);
  }
  if (!row.has_value() || visible.view == v1::VIEW_UNSPECIFIED) return Visible{};
  ASSIGN_OR_RETURN(visible.actor, directory::ParseOwnRow(self, id, *row));
  return visible;
}

}  // namespace maillage::sharing

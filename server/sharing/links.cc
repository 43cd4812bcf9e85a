#include "server/sharing/links.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/sealed.h"
#include "server/sharing/own_share.h"
#include "server/sharing/share_log.h"
#include "server/storage/races.h"

namespace maillage::sharing {
namespace {

using storage::Family;

std::string AckedKey(const ShareId& link) { return absl::StrCat("link-acked/", link.bytes()); }

bool WaitsFor(const absl::Status& status) {
  return absl::IsNotFound(status) || absl::IsFailedPrecondition(status) ||
         absl::IsUnavailable(status);
}

// Adds an entry's rows to the sender's own log.
void AddEntry(const NodeId& self, const ShareId& link, const v1::Entry& entry,
              storage::Transaction* transaction) {
  transaction->writes.Put(Family::kLog, storage::LogKey(self, link, entry.seq()),
                          entry.SerializeAsString());
  transaction->writes.Put(Family::kWhere, storage::WhereKey(self, RecordId(entry.id()), link),
                          directory::EncodeSighting(SightingOf(link, entry)));
}

}  // namespace

Links::Links(const identity::Self* self, const identity::Partners* partners,
             const storage::Database* database, storage::Writer* writer, const Clock* clock)
    : self_(self), partners_(partners), database_(database), writer_(writer), clock_(clock) {}

absl::Status Links::Load() {
  std::map<Message, size_t> waiting;
  absl::Status bad;
  RETURN_IF_ERROR(database_->latest().ScanPrefix(
      Family::kInbox, "", [&](absl::string_view key, absl::string_view value) {
        const auto row = DecodeInbox(value);
        bad = row.status();
        if (row.ok() && row->waiting) {
          waiting.emplace(Message(NodeId(key), RecordId(key.substr(NodeId::kSize))),
                          row->sealed.size());
        }
        return bad.ok();
      }));
  const MutexLock lock(&mutex_);
  waiting_ = std::move(waiting);
  return bad;
}

absl::Status Links::Send(const NodeId& to, const v1::LinkMessage& message) {
  return storage::RetryRaces([&]() -> absl::Status {
    storage::Transaction transaction;
    RETURN_IF_ERROR(AddTo(to, message, &transaction));
    return writer_->Commit(std::move(transaction));
  });
}

absl::Status Links::AddTo(const NodeId& to, const v1::LinkMessage& message,
                          storage::Transaction* transaction, RecordId* id) const {
  const identity::PartnerPtr partner = partners_->Get(to);
  if (partner == nullptr) {
    return NotFound("NO_SUCH_PARTNER", absl::StrCat(ToText(to), " is not a partner"),
                    "pair with it first");
  }
  const ShareId link = LinkId(self_->node(), to);
  v1::Entry entry;
  ASSIGN_OR_RETURN(
      *entry.mutable_payload(),
      identity::Seal(message.SerializeAsString(), partner->descriptor.sealing_public_key()));
  ASSIGN_OR_RETURN(const uint64_t seq, TakeSeq(link, transaction));
  RETURN_IF_ERROR(CheckOutbox(link, seq));
  entry.set_seq(seq);
  const RecordId message_id = NewRecordId(clock_->Now());
  if (id != nullptr) *id = message_id;
  entry.set_id(std::string(message_id.bytes()));
  entry.set_kind(v1::ENTRY_KIND_PUT);
  entry.set_view(v1::VIEW_FULL);
  entry.set_revision(1);
  AddEntry(self_->node(), link, entry, transaction);
  return absl::OkStatus();
}

absl::Status Links::CheckOutbox(const ShareId& link, uint64_t seq) const {
  ASSIGN_OR_RETURN(const uint64_t acked, Acked(database_->latest(), link));
  // Most of the time there are not even so many entries.
  if (seq - std::min(seq, acked) < kMaxInboxMessages) return absl::OkStatus();
  uint64_t live = 0;
  RETURN_IF_ERROR(
      ForEachEntry(database_->latest(), self_->node(), link, 0, seq, [&](v1::Entry* entry) {
        if (entry->kind() == v1::ENTRY_KIND_PUT) ++live;
        return live < kMaxInboxMessages;
      }));
  if (live < kMaxInboxMessages) return absl::OkStatus();
  return Error(absl::StatusCode::kResourceExhausted, "OUTBOX_FULL",
               absl::StrCat("the partner has not fetched ", live, " messages yet"),
               "see in maillage sync status why it cannot be reached, or remove it");
}

absl::StatusOr<uint64_t> Links::TakeSeq(const ShareId& link,
                                        storage::Transaction* transaction) const {
  const std::string key = SeqKey(link);
  // A transaction may carry several messages.
  const auto& ops = transaction->writes.ops();
  const auto taken = std::find_if(ops.rbegin(), ops.rend(), [&](const storage::Batch::Op& op) {
    return op.family == Family::kMeta && op.key == key;
  });
  std::optional<std::string> row;
  if (taken != ops.rend()) {
    row = taken->value;
  } else {
    ASSIGN_OR_RETURN(row, database_->latest().Get(Family::kMeta, key));
    transaction->preconditions.push_back({Family::kMeta, key, row});
  }
  ASSIGN_OR_RETURN(const uint64_t last, DecodeSeq(row));
  transaction->writes.Put(Family::kMeta, key, EncodeSeq(last + 1));
  return last + 1;
}

absl::StatusOr<bool> Links::HandleMessage(const Message& message) {
  const std::string key = storage::InboxKey(message.first, message.second);
  return storage::RetryRaces([&]() -> absl::StatusOr<bool> {
    ASSIGN_OR_RETURN(const auto row, database_->latest().Get(Family::kInbox, key));
    return row.has_value() ? HandleOnce(message, key, *row) : true;
  });
}

absl::StatusOr<bool> Links::HandleOnce(const Message& message, const std::string& key,
                                       const std::string& row) {
  ASSIGN_OR_RETURN(InboxRow inbox, DecodeInbox(row));
  if (!inbox.waiting) return true;
  storage::Transaction transaction;
  const absl::Status status = Ask(message, inbox, &transaction);
  if (absl::IsAborted(status)) return status;
  if (!status.ok()) transaction = storage::Transaction();
  inbox.waiting = WaitsFor(status);
  inbox.reason = std::string(status.message());
  if (!inbox.waiting) inbox.sealed.clear();
  const std::string after = EncodeInbox(inbox);
  if (after == row) return false;
  transaction.preconditions.push_back({Family::kInbox, key, row});
  transaction.writes.Put(Family::kInbox, key, after);
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  return !inbox.waiting;
}

absl::Status Links::Ask(const Message& message, const InboxRow& row,
                        storage::Transaction* transaction) const {
  ASSIGN_OR_RETURN(const std::string opened,
                   identity::OpenSealed(row.sealed, self_->sealing_key()));
  v1::LinkMessage content;
  if (!content.ParseFromString(opened)) {
    return InvalidArgument("UNREADABLE", "the message cannot be read");
  }
  const auto handler = handlers_.find(content.body_case());
  if (handler == handlers_.end()) {
    return Unavailable("NO_HANDLER", "this version of maillaged handles no messages");
  }
  return handler->second(message.first, message.second, content, transaction);
}

absl::Status Links::Withdraw(const NodeId& to, uint64_t seq) {
  uint64_t& after = withdrawn_[to];
  if (seq <= after) return absl::OkStatus();
  const absl::Status status = storage::RetryRaces([&] { return WithdrawOnce(to, after, seq); });
  if (status.ok()) after = seq;
  return status;
}

absl::StatusOr<uint64_t> Links::Acked(const storage::Reader& reader, const ShareId& link) {
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kMeta, AckedKey(link)));
  return DecodeSeq(row);
}

absl::Status Links::WithdrawAll(const NodeId& to) {
  ASSIGN_OR_RETURN(const auto row,
                   database_->latest().Get(Family::kMeta, SeqKey(LinkId(self_->node(), to))));
  ASSIGN_OR_RETURN(const uint64_t last, DecodeSeq(row));
  return Withdraw(to, last);
}

absl::Status Links::WithdrawOnce(const NodeId& to, uint64_t after, uint64_t seq) {
  const NodeId& self = self_->node();
  const ShareId link = LinkId(self, to);
  std::vector<v1::Entry> stubs;
  RETURN_IF_ERROR(ForEachEntry(database_->latest(), self, link, after, seq, [&](v1::Entry* entry) {
    if (entry->kind() == v1::ENTRY_KIND_PUT) stubs.emplace_back().Swap(entry);
    return true;
  }));
  if (stubs.empty()) return absl::OkStatus();
  storage::Transaction transaction;
  transaction.writes.Put(Family::kMeta, AckedKey(link), EncodeSeq(seq));
  for (v1::Entry& stub : stubs) RETURN_IF_ERROR(AddStub(std::move(stub), link, &transaction));
  return writer_->Commit(std::move(transaction));
}

absl::Status Links::AddWithdrawal(const NodeId& to, const RecordId& id,
                                  storage::Transaction* transaction) const {
  const ShareId link = LinkId(self_->node(), to);
  const storage::Reader& reader = database_->latest();
  ASSIGN_OR_RETURN(const auto sightings, directory::ReadSightings(reader, self_->node(), id));
  for (const directory::Sighting& sighting : sightings) {
    if (sighting.share != link) continue;
    std::vector<v1::Entry> live;
    RETURN_IF_ERROR(ForEachEntry(reader, self_->node(), link, sighting.seq - 1, sighting.seq,
                                 [&](v1::Entry* entry) {
                                   if (entry->kind() == v1::ENTRY_KIND_PUT) live.push_back(*entry);
                                   return true;
                                 }));
    for (v1::Entry& entry : live) RETURN_IF_ERROR(AddStub(std::move(entry), link, transaction));
  }
  return absl::OkStatus();
}

absl::Status Links::AddStub(v1::Entry stub, const ShareId& link,
                            storage::Transaction* transaction) const {
  transaction->writes.Delete(Family::kLog, storage::LogKey(self_->node(), link, stub.seq()));
  ASSIGN_OR_RETURN(const uint64_t next, TakeSeq(link, transaction));
  stub.set_seq(next);
  stub.set_kind(v1::ENTRY_KIND_WITHDRAW);
  stub.clear_payload();
  AddEntry(self_->node(), link, stub, transaction);
  return absl::OkStatus();
}

}  // namespace maillage::sharing

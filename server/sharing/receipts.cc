#include "server/sharing/receipts.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/crypto.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/sharing/share_log.h"
#include "server/sharing/subscriptions.h"
#include "server/storage/races.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr char kDuePrefix[] = "receipt-due/";
constexpr char kSentPrefix[] = "receipt-sent/";
constexpr size_t kHeadsKept = 32;

std::string DueKey(const v1::Receipt& receipt) {
  return absl::StrCat(kDuePrefix, receipt.origin(), receipt.share());
}

std::string SentKey(const v1::Receipt& receipt) {
  return absl::StrCat(kSentPrefix, receipt.origin(), receipt.share());
}

std::string BookKey(const NodeId& origin, const ShareId& share, const NodeId& member) {
  return absl::StrCat(ShareName(origin, share), "/receipts/", ToText(member));
}

absl::Status Refuse(absl::string_view reason, absl::string_view what) {
  return InvalidArgument(reason, absl::StrCat("the receipt ", what));
}

bool WasMember(const OwnShare& share, const NodeId& node) {
  const auto& former = share.stored.former_members();
  return std::find(former.begin(), former.end(), std::string(node.bytes())) != former.end();
}

// Receipts are ordered by what they say, then by their time.
auto OrderOf(const v1::Receipt& receipt) {
  return std::make_tuple(receipt.incarnation(), receipt.dropped() ? UINT64_MAX : receipt.seq(),
                         identity::FromTimestamp(receipt.issued_at()));
}

}  // namespace

v1::Receipt ReceiptFor(const NodeId& origin, const ShareId& share, absl::string_view head_payload) {
  v1::Receipt receipt;
  receipt.set_origin(std::string(origin.bytes()));
  receipt.set_share(std::string(share.bytes()));
  v1::Head head;
  receipt.set_dropped(
      !head.ParseFromArray(head_payload.data(), static_cast<int>(head_payload.size())) ||
      head_payload.empty());
  receipt.set_incarnation(head.incarnation());
  receipt.set_seq(head.seq());
  receipt.set_head_hash(identity::Sha256(head_payload));
  return receipt;
}

DueReceipt OweReceipt(const v1::Receipt& receipt, storage::Transaction* transaction) {
  DueReceipt due{DueKey(receipt), receipt.SerializeAsString()};
  transaction->writes.Put(Family::kMeta, due.key, due.row);
  return due;
}

absl::StatusOr<std::vector<DueReceipt>> ReceiptGiver::Owed() const {
  std::vector<DueReceipt> due;
  RETURN_IF_ERROR(database_->latest().ScanPrefix(
      Family::kMeta, kDuePrefix, [&](absl::string_view key, absl::string_view row) {
        due.push_back({std::string(key), std::string(row)});
        return true;
      }));
  return due;
}

absl::Status ReceiptGiver::Give(const DueReceipt& due) const {
  v1::Receipt receipt;
  if (!receipt.ParseFromString(due.row)) {
    return DataLoss("BAD_ROW", "an owed receipt cannot be read", "restore from a backup");
  }
  return storage::RetryRaces([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto row, database_->latest().Get(Family::kMeta, due.key));
    // More was removed meanwhile; it is given after the next purge.
    if (row != due.row) return absl::OkStatus();
    storage::Transaction transaction;
    transaction.preconditions.push_back({Family::kMeta, due.key, due.row});
    transaction.writes.Delete(Family::kMeta, due.key);
    const absl::Status sent = Send(receipt, transaction);
    // Nobody is there to be told.
    return absl::IsNotFound(sent) ? writer_->Commit(std::move(transaction)) : sent;
  });
}

absl::Status ReceiptGiver::Send(v1::Receipt receipt, storage::Transaction transaction) const {
  const absl::Time now = clock_->Now();
  receipt.set_member(std::string(self_->node().bytes()));
  *receipt.mutable_issued_at() = identity::ToTimestamp(now);
  v1::LinkMessage message;
  *message.mutable_receipt() = identity::SignMessage(receipt, self_->signer());
  std::string sent;
  AppendU64(&sent, static_cast<uint64_t>(absl::ToUnixMillis(now)));
  sent.append(message.receipt().key_id());
  transaction.writes.Put(Family::kMeta, SentKey(receipt), sent);
  RETURN_IF_ERROR(links_->AddTo(NodeId(receipt.origin()), message, &transaction));
  return writer_->Commit(std::move(transaction));
}

absl::Status ReceiptGiver::GiveDaily() const {
  ASSIGN_OR_RETURN(const std::vector<Subscription> list, subscriptions_->List());
  for (const Subscription& subscription : list) {
    // A link's messages are acknowledged one by one.
    if (subscription.is_link()) continue;
    if (subscription.received.stored.dropping()) continue;
    const absl::Status status = GiveDailyOf(subscription);
    // Another message came first, or the partner left: there is a next time.
    if (!status.ok() && !absl::IsAborted(status) && !absl::IsNotFound(status)) return status;
  }
  return absl::OkStatus();
}

absl::Status ReceiptGiver::GiveDailyOf(const Subscription& subscription) const {
  const v1::StoredShare& stored = subscription.received.stored;
  // What is arriving may be there in part.
  if (stored.subscribed() && !stored.has_head()) return absl::OkStatus();
  v1::Receipt receipt =
      ReceiptFor(subscription.origin, subscription.share, stored.head().payload());
  const storage::Reader& reader = database_->latest();
  ASSIGN_OR_RETURN(const auto due, reader.Get(Family::kMeta, DueKey(receipt)));
  if (due.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto sent, reader.Get(Family::kMeta, SentKey(receipt)));
  // What a revoked key signed may be refused where it arrives.
  const std::string key_id = identity::KeyIdOf(self_->signer().Get()->public_key());
  if (sent.has_value() && absl::EndsWith(*sent, key_id)) {
    // Who was taken out says once that it holds nothing, though it never did.
    if (!subscription.received.HasMember(self_->node())) return absl::OkStatus();
    const auto age = clock_->Now() - absl::FromUnixMillis(static_cast<int64_t>(ReadU64(*sent)));
    // A clock that was set back must not silence a member for years.
    if (age >= absl::ZeroDuration() && age < kReceiptInterval) return absl::OkStatus();
  }
  storage::Transaction transaction;
  transaction.preconditions.push_back({Family::kMeta, DueKey(receipt), std::nullopt});
  transaction.preconditions.push_back({Family::kHeads,
                                       storage::HeadKey(subscription.origin, subscription.share),
                                       subscription.received.row});
  return Send(std::move(receipt), std::move(transaction));
}

void IssuedHeads::Note(const v1::Head& head, absl::string_view payload) {
  const MutexLock lock(&mutex_);
  std::deque<Issued>& heads = heads_[ShareId(head.share())];
  heads.push_back({head.seq(), identity::Sha256(payload)});
  if (heads.size() > kHeadsKept) heads.pop_front();
}

bool IssuedHeads::NeverIssued(const ShareId& share, uint64_t seq, absl::string_view hash) const {
  const MutexLock lock(&mutex_);
  const auto heads = heads_.find(share);
  if (heads == heads_.end() || seq <= heads->second.front().seq) return false;
  return std::none_of(heads->second.begin(), heads->second.end(), [&](const Issued& issued) {
    return issued.seq == seq && issued.hash == hash;
  });
}

void ReceiptBook::SetIncarnation(const Incarnation& incarnation) {
  const MutexLock lock(&mutex_);
  incarnation_ = incarnation;
}

absl::Status ReceiptBook::Take(const NodeId& from, const v1::LinkMessage& message,
                               storage::Transaction* transaction) {
  v1::Receipt receipt;
  if (const absl::Status status = Check(from, message.receipt(), &receipt); !status.ok()) {
    const MutexLock lock(&mutex_);
    if (absl::IsInvalidArgument(status)) ++refused_[ErrorReason(status)];
    return status;
  }
  if (receipt.share() == LinkId(self_->node(), from).bytes()) {
    return on_link_held_(from, receipt.seq());
  }
  const std::string key = BookKey(self_->node(), ShareId(receipt.share()), from);
  const storage::Reader& reader = database_->latest();
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kObjects, key));
  ASSIGN_OR_RETURN(const auto known, Get(reader, self_->node(), ShareId(receipt.share()), from));
  // A dropped share may be subscribed to again: then the time decides.
  const bool decided_by_time = known.has_value() && known->dropped() != receipt.dropped();
  if (known.has_value() && (decided_by_time ? identity::FromTimestamp(receipt.issued_at()) <
                                                  identity::FromTimestamp(known->issued_at())
                                            : OrderOf(receipt) <= OrderOf(*known))) {
    return absl::OkStatus();
  }
  v1::StoredReceipt stored;
  *stored.mutable_receipt() = message.receipt();
  *stored.mutable_receive_time() = identity::ToTimestamp(clock_->Now());
  transaction->preconditions.push_back({Family::kObjects, key, row});
  transaction->writes.Put(Family::kObjects, key, stored.SerializeAsString());
  return absl::OkStatus();
}

absl::Status ReceiptBook::Check(const NodeId& from, const v1::Signed& carried,
                                v1::Receipt* receipt) const {
  const identity::PartnerPtr partner = partners_->Get(from);
  if (partner == nullptr) return Refuse("NOT_A_MEMBER", "is of a node that is no partner");
  ASSIGN_OR_RETURN(*receipt, identity::OpenSigned<v1::Receipt>(carried, partner->signing_keys));
  if (absl::string_view(receipt->member()) != from.bytes()) {
    return Refuse("WRONG_MEMBER", "speaks for another node than its sender");
  }
  if (absl::string_view(receipt->origin()) != self_->node().bytes()) {
    return Refuse("WRONG_ORIGIN", "is about a share of another node");
  }
  if (identity::FromTimestamp(receipt->issued_at()) > clock_->Now() + kMaxAhead) {
    return Refuse("RECEIPT_AHEAD", "was given more than 10 minutes from now");
  }
  return CheckShare(from, *receipt);
}

absl::Status ReceiptBook::CheckShare(const NodeId& from, const v1::Receipt& receipt) const {
  ShareId id;
  OwnSharePtr share;
  if (ShareId::FromBytes(receipt.share(), &id)) share = shares_->Get()->Find(id);
  if (share == nullptr || (share->is_link() && id != LinkId(self_->node(), from))) {
    return Refuse("NO_SUCH_SHARE", "is about a share that never was");
  }
  if (!share->HasMember(from) && !WasMember(*share, from)) {
    return Refuse("NOT_A_MEMBER", "is about a share that its sender never had");
  }
  // Whoever holds nothing need not know of which life of the log.
  if (receipt.dropped()) return absl::OkStatus();
  Incarnation incarnation;
  {
    const MutexLock lock(&mutex_);
    incarnation = incarnation_;
  }
  if (absl::string_view(receipt.incarnation()) != incarnation.bytes()) {
    return Refuse("WRONG_INCARNATION", "is of another life of the log");
  }
  ASSIGN_OR_RETURN(const auto row, database_->latest().Get(Family::kMeta, SeqKey(id)));
  ASSIGN_OR_RETURN(const uint64_t last, DecodeSeq(row));
  if (receipt.seq() > last) return Refuse("RECEIPT_AHEAD", "is of a seq that is still to come");
  if (issued_->NeverIssued(id, receipt.seq(), receipt.head_hash())) {
    return Refuse("WRONG_HEAD", "is of a Head that was never issued");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::optional<v1::Receipt>> ReceiptBook::Get(const storage::Reader& reader,
                                                            const NodeId& origin,
                                                            const ShareId& share,
                                                            const NodeId& member) {
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kObjects, BookKey(origin, share, member)));
  if (!row.has_value()) return std::nullopt;
  v1::StoredReceipt stored;
  v1::Receipt receipt;
  if (!stored.ParseFromString(*row) || !receipt.ParseFromString(stored.receipt().payload())) {
    return DataLoss("BAD_ROW", "a receipt cannot be read", "restore from a backup");
  }
  return receipt;
}

std::map<std::string, uint64_t> ReceiptBook::Refused() const {
  const MutexLock lock(&mutex_);
  return refused_;
}

}  // namespace maillage::sharing

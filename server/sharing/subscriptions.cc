#include "server/sharing/subscriptions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/signed.h"
#include "server/sharing/bulk_proof.h"
#include "server/sharing/caretaker.h"
#include "server/sharing/receipts.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// Records of a dropped share that go in one transaction.
constexpr size_t kDropRecords = 500;
// Shares that one partner may offer.
constexpr size_t kMaxShares = 1000;

// Whose a signed message says it is; nothing is believed of it before its
// signature is checked with that node's keys.
template <typename Message>
absl::StatusOr<NodeId> ClaimedOrigin(const v1::Signed& signed_message) {
  Message claimed;
  NodeId origin;
  if (signed_message.payload().size() <= identity::kMaxSignedBytes &&
      claimed.ParseFromString(signed_message.payload()) &&
      NodeId::FromBytes(claimed.origin(), &origin)) {
    return origin;
  }
  return InvalidArgument("UNREADABLE", "a signed message names no origin");
}

}  // namespace

Subscriptions::Subscriptions(const NodeId& self, const identity::Partners* partners,
                             const storage::Database* database, storage::Writer* writer,
                             const Clock* clock)
    : self_(self),
      partners_(partners),
      database_(database),
      writer_(writer),
      clock_(clock),
      staged_(&database->staging()) {}

absl::StatusOr<Subscription> Subscriptions::Get(const NodeId& origin, const ShareId& share) const {
  Subscription subscription{origin, share, {}};
  ASSIGN_OR_RETURN(subscription.received, ReceivedShare::Read(database_->latest(), origin, share));
  if (origin != self_ && subscription.received.row.has_value()) return subscription;
  return NotFound("NO_SUCH_SHARE", absl::StrCat("no partner offers share ", ToText(share)),
                  "maillage share list shows what is offered");
}

absl::StatusOr<std::vector<Subscription>> Subscriptions::List() const {
  std::vector<std::pair<NodeId, ShareId>> keys;
  RETURN_IF_ERROR(database_->latest().ScanPrefix(
      Family::kHeads, "", [&](absl::string_view key, absl::string_view) {
        const NodeId origin(key);
        if (origin != self_) keys.emplace_back(origin, ShareId(key.substr(NodeId::kSize)));
        return true;
      }));
  std::vector<Subscription> list;
  for (const auto& [origin, share] : keys) {
    auto subscription = Get(origin, share);
    if (absl::IsNotFound(subscription.status())) continue;  // went meanwhile
    RETURN_IF_ERROR(subscription.status());
    list.push_back(*std::move(subscription));
  }
  return list;
}

absl::StatusOr<Bench> Subscriptions::BenchFor(const NodeId& origin) const {
  const identity::PartnerPtr partner = partners_->Get(origin);
  if (partner == nullptr) {
    return NotFound("NO_SUCH_PARTNER", absl::StrCat(ToText(origin), " is not a partner"));
  }
  return Bench{self_, origin, partner->signing_keys, clock_->Now(),
               inbox_use_ ? inbox_use_(origin) : InboxUse()};
}

absl::StatusOr<Subscription> Subscriptions::TakeOffer(const v1::Signed& signed_descriptor) {
  ASSIGN_OR_RETURN(const NodeId origin, ClaimedOrigin<v1::ShareDescriptor>(signed_descriptor));
  if (origin == self_) return InvalidArgument("OWN_SHARE", "a share of this node is offered to it");
  ASSIGN_OR_RETURN(const Bench bench, BenchFor(origin));
  ASSIGN_OR_RETURN(Offered offered, JudgeOffer(database_->latest(), bench, signed_descriptor));
  if (!offered.transaction.writes.empty()) {
    if (!offered.received.row.has_value()) RETURN_IF_ERROR(CheckNumber(origin));
    RETURN_IF_ERROR(writer_->Commit(std::move(offered.transaction)));
  }
  return Subscription{origin, offered.share, std::move(offered.received)};
}

absl::StatusOr<v1::Head> Subscriptions::OpenShownHead(const v1::Signed& head) const {
  ASSIGN_OR_RETURN(const NodeId origin, ClaimedOrigin<v1::Head>(head));
  ASSIGN_OR_RETURN(const Bench bench, BenchFor(origin));
  return identity::OpenSigned<v1::Head>(head, bench.origin_keys);
}

absl::Status Subscriptions::CommitAndTell(Proved proved) const {
  storage::Transaction& transaction = proved.transaction;
  if (!on_removed_ || !(proved.removes || ShowsLess(transaction))) {
    return writer_->Commit(std::move(transaction));
  }
  // Sorted files do not tell what they replace.
  const std::vector<storage::KeyRange> ranges =
      transaction.ingestion == nullptr ? RemovedRanges(self_, transaction) : AllRanges();
  RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  on_removed_(ranges, std::move(proved.owed));
  return absl::OkStatus();
}

absl::Status Subscriptions::CheckNumber(const NodeId& origin) const {
  size_t shares = 0;
  RETURN_IF_ERROR(database_->latest().ScanPrefix(Family::kHeads, origin.bytes(),
                                                 [&](absl::string_view, absl::string_view) {
                                                   ++shares;
                                                   return true;
                                                 }));
  if (shares < kMaxShares) return absl::OkStatus();
  return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_SHARES",
               absl::StrCat("a partner offers more than ", kMaxShares, " shares"));
}

absl::StatusOr<Subscription> Subscriptions::TakeRun(const FinishedRun& finished) {
  const NodeId& origin = finished.run->origin();
  const ShareId& share = finished.run->share();
  ASSIGN_OR_RETURN(const Bench bench, BenchFor(origin));
  auto proved = ProveRun(bench, finished);
  absl::Status status = proved.status();
  if (status.ok()) status = CommitAndTell(*std::move(proved));
  // What is refused is asked for anew; what the disk refuses is tried again.
  if (status.ok() || absl::IsInvalidArgument(status)) staged_.Remove(origin, share);
  RETURN_IF_ERROR(status);
  return Get(origin, share);
}

absl::StatusOr<Proved> Subscriptions::ProveRun(const Bench& bench, const FinishedRun& finished) {
  ASSIGN_OR_RETURN(StagedRun* const staged, staged_.Complete(*finished.run));
  if (staged == nullptr) {
    return Prove(database_->latest(), bench, *finished.run, finished.head);
  }
  return ProveStaged(*database_, writer_, bench, staged, finished.run->to_seq(), finished.head);
}

Cursor Subscriptions::CursorOf(const Subscription& subscription) {
  Cursor proved;
  if (subscription.received.stored.has_head()) proved = subscription.cursor();
  const StagedRun* staged =
      staged_.Find(subscription.origin, subscription.share, proved.incarnation, proved.seq);
  if (staged == nullptr) return proved;
  return {staged->label().incarnation, staged->seq()};
}

absl::StatusOr<std::unique_ptr<Comparison>> Subscriptions::BeginComparison(
    const ShareKey& key, std::optional<Recount> recount) const {
  ASSIGN_OR_RETURN(const Bench bench, BenchFor(key.origin));
  return Comparison::Start(database_->Snapshot(), bench, key.share, std::move(recount));
}

absl::StatusOr<Subscription> Subscriptions::TakeComparison(Comparison* comparison) {
  ASSIGN_OR_RETURN(Proved proved, comparison->Finish(database_->latest(), clock_->Now()));
  const ShareKey key{NodeId(proved.head.origin()), ShareId(proved.head.share())};
  RETURN_IF_ERROR(CommitAndTell(std::move(proved)));
  return Get(key.origin, key.share);
}

absl::StatusOr<Recount> Subscriptions::CountAnew(const ShareKey& key) const {
  return RecountShare(*database_->Snapshot(), key.origin, key.share);
}

absl::StatusOr<uint32_t> Subscriptions::Refuse(const NodeId& origin, const ShareId& share,
                                               const absl::Status& why) {
  ASSIGN_OR_RETURN(Subscription subscription, Get(origin, share));
  if (!subscription.received.stored.subscribed()) return 0;
  Quarantine(why, clock_->Now(), &subscription.received.stored);
  RETURN_IF_ERROR(Store(subscription, "", ""));
  return subscription.received.stored.quarantine().failures();
}

absl::StatusOr<Subscription> Subscriptions::Subscribe(const NodeId& origin, const ShareId& share,
                                                      absl::string_view who) {
  ASSIGN_OR_RETURN(Subscription subscription, Get(origin, share));
  v1::StoredShare& stored = subscription.received.stored;
  if (stored.dropping()) {
    return FailedPrecondition("BEING_DROPPED", "the share's records are still being removed",
                              "try again in a moment");
  }
  if (!subscription.received.HasMember(self_)) {
    return FailedPrecondition("NOT_A_MEMBER", "this node is no member of the share",
                              "ask the partner to share it");
  }
  stored.set_subscribed(true);
  stored.clear_quarantine();
  RETURN_IF_ERROR(Store(subscription, who, "subscribe to"));
  return Get(origin, share);
}

absl::StatusOr<Subscription> Subscriptions::Unsubscribe(const NodeId& origin, const ShareId& share,
                                                        absl::string_view who) {
  ASSIGN_OR_RETURN(Subscription subscription, Get(origin, share));
  if (subscription.is_link()) {
    return FailedPrecondition("LINKS_STAY", "a link lasts as long as the partnership",
                              "remove the partner instead");
  }
  subscription.received.stored.set_subscribed(false);
  subscription.received.stored.set_dropping(true);
  RETURN_IF_ERROR(Store(subscription, who, "unsubscribe from"));
  return Get(origin, share);
}

absl::StatusOr<bool> Subscriptions::DropSome(const NodeId& origin, const ShareId& share) {
  staged_.Remove(origin, share);
  auto subscription = Get(origin, share);
  if (absl::IsNotFound(subscription.status())) return true;
  RETURN_IF_ERROR(subscription.status());
  const bool keep_offer =
      partners_->Get(origin) != nullptr && subscription->received.HasMember(self_);
  ASSIGN_OR_RETURN(Dropped dropped,
                   sharing::DropSome(database_->latest(), origin, share, keep_offer, kDropRecords));
  Proved gone;
  gone.removes = true;
  if (dropped.done && !subscription->is_link()) {
    gone.owed = {OweReceipt(ReceiptFor(origin, share, ""), &dropped.transaction)};
  }
  gone.transaction = std::move(dropped.transaction);
  RETURN_IF_ERROR(CommitAndTell(std::move(gone)));
  return dropped.done;
}

absl::Status Subscriptions::DropPartner(const NodeId& origin) {
  ASSIGN_OR_RETURN(const std::vector<Subscription> list, List());
  for (Subscription subscription : list) {
    if (subscription.origin != origin || subscription.received.stored.dropping()) continue;
    subscription.received.stored.set_subscribed(false);
    subscription.received.stored.set_dropping(true);
    RETURN_IF_ERROR(Store(subscription, "system", "drop"));
  }
  return absl::OkStatus();
}

absl::Status Subscriptions::Store(const Subscription& subscription, absl::string_view who,
                                  absl::string_view verb) {
  storage::Transaction transaction;
  subscription.received.AddTo(&transaction, subscription.origin, subscription.share);
  transaction.who = std::string(who);
  if (!verb.empty()) {
    transaction.what = absl::StrCat(verb, " ", ShareName(subscription.origin, subscription.share));
  }
  return writer_->Commit(std::move(transaction));
}

}  // namespace maillage::sharing

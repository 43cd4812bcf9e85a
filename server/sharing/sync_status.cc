#include "server/sharing/sync_status.h"

#include <algorithm>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/timestamps.h"

namespace maillage::sharing {
namespace {

void SetError(absl::string_view reason, absl::string_view message, absl::string_view mend,
              v1::ShareStatus* row) {
  row->set_last_error(absl::StrCat(message, " (", reason, ")"));
  row->set_last_error_reason(std::string(reason));
  row->set_last_error_mend(std::string(mend));
}

}  // namespace

absl::StatusOr<v1::SyncStatus> SyncReporter::Report() const {
  v1::SyncStatus status;
  status.set_recovering(parts_.recovery->active());
  status.set_in_sync(parts_.publisher->IsIdle() && StreamsAreQuiet() && !status.recovering());
  const ShareSetPtr shares = parts_.shares->Get();
  ASSIGN_OR_RETURN(const std::vector<Subscription> received, parts_.subscriptions->List());
  for (const bool links : {false, true}) {
    for (const auto& [id, share] : shares->shares) {
      if (share->is_link() == links && !share->stored.deleted()) ReportOwn(*share, &status);
    }
    for (const Subscription& subscription : received) {
      if (subscription.is_link() == links) ReportReceived(subscription, &status);
    }
  }
  return status;
}

std::string SyncReporter::AliasOf(const NodeId& node) const {
  const identity::PartnerPtr partner = parts_.partners->Get(node);
  return partner == nullptr ? ToText(node) : partner->alias;
}

bool SyncReporter::StreamsAreQuiet() const {
  const auto partners = parts_.partners->List();
  return std::all_of(partners.begin(), partners.end(), [&](const identity::PartnerPtr& partner) {
    const ConnectionPtr connection = parts_.streams->Find(partner->node);
    if (connection == nullptr) return true;
    if (connection->IsWorking()) return false;
    // Links are wanted last of all, by everyone.
    const ShareId link = LinkId(parts_.self, partner->node);
    return connection->Read([&](const Session& session) {
      return session.is_open() && session.supplier().AckedSeq({parts_.self, link}).has_value();
    });
  });
}

void SyncReporter::ReportOwn(const OwnShare& share, v1::SyncStatus* status) const {
  if (share.stored.filling()) status->set_in_sync(false);
  for (const std::string& member : share.descriptor.members()) {
    ReportMember(share, NodeId(member), status);
  }
}

void SyncReporter::ReportMember(const OwnShare& share, const NodeId& member,
                                v1::SyncStatus* status) const {
  v1::ShareStatus& row = *status->add_shares();
  row.set_name(ShareName(parts_.self, share.id));
  row.set_title(share.descriptor.title());
  row.set_partner(AliasOf(member));
  row.set_supplying(true);
  row.set_connected(parts_.streams->IsConnected(member));
  if (!row.connected()) ReportDialling(member, &row);
  const PublicationPtr publication = parts_.publisher->Latest(share.id);
  if (publication == nullptr) {
    row.set_state(v1::ShareStatus::ARRIVING);
    status->set_in_sync(false);
    return;
  }
  row.set_state(v1::ShareStatus::PUBLISHED);
  row.set_head_seq(publication->head.seq());
  const ConnectionPtr connection = parts_.streams->Find(member);
  std::optional<uint64_t> acked;
  if (connection != nullptr) {
    acked = connection->Read([&](const Session& session) {
      return session.supplier().AckedSeq({parts_.self, share.id});
    });
  }
  row.set_seq(acked.value_or(0));
  SetHead(publication->head, &row);
  // Not wanted, or who knows.
  if (!acked.has_value()) return row.clear_lag();
  if (*acked != row.head_seq()) status->set_in_sync(false);
}

v1::ShareStatus::State SyncReporter::StateOf(const Subscription& subscription,
                                             bool recovering) const {
  const v1::StoredShare& stored = subscription.received.stored;
  if (!stored.subscribed()) return v1::ShareStatus::OFFERED;
  if (stored.quarantine().frozen()) return v1::ShareStatus::FROZEN;
  if (stored.has_quarantine()) return v1::ShareStatus::QUARANTINED;
  if (recovering) return v1::ShareStatus::RECOVERING;
  if (!stored.has_head()) return v1::ShareStatus::ARRIVING;
  const absl::Time valid_until = identity::FromTimestamp(subscription.received.head.valid_until());
  return valid_until < parts_.clock->Now() ? v1::ShareStatus::STALE : v1::ShareStatus::COMPLETE;
}

void SyncReporter::ReportReceived(const Subscription& subscription, v1::SyncStatus* status) const {
  v1::ShareStatus& row = *status->add_shares();
  const ShareKey key = subscription.key();
  const std::optional<NodeId> supplier = parts_.streams->SupplierOf(key);
  uint64_t announced = 0;
  bool receiving = false;
  bool recovering = false;
  if (const ConnectionPtr connection = parts_.streams->Find(supplier.value_or(key.origin))) {
    connection->Read([&](const Session& session) {
      announced = session.receiver().AnnouncedSeq(key);
      receiving = session.receiver().IsReceiving(key);
      recovering = session.receiver().IsRecovering(key);
    });
  }
  row.set_name(ShareName(subscription.origin, subscription.share));
  row.set_title(subscription.received.descriptor.title());
  row.set_partner(AliasOf(subscription.origin));
  row.set_state(StateOf(subscription, recovering));
  row.set_connected(supplier.has_value());
  if (supplier.has_value()) row.set_supplier(AliasOf(*supplier));
  row.set_seq(subscription.seq());
  row.set_head_seq(std::max({announced, NewestShown(subscription), subscription.seq()}));
  SetHead(subscription.received.head, &row);
  if (!subscription.received.stored.subscribed()) return;
  ReportTrouble(subscription, &row);
  const bool complete =
      row.state() == v1::ShareStatus::COMPLETE && !receiving && row.seq() == row.head_seq();
  if (!complete) status->set_in_sync(false);
}

uint64_t SyncReporter::NewestShown(const Subscription& subscription) const {
  uint64_t newest = 0;
  for (const auto& [peer, source] : parts_.streams->SourcesOf(subscription.key())) {
    const auto& [incarnation, seq, version, time] = source.head;
    const bool same = absl::string_view(incarnation) == subscription.incarnation().bytes();
    if (same) newest = std::max(newest, seq);
  }
  return newest;
}

void SyncReporter::SetHead(const v1::Head& head, v1::ShareStatus* row) const {
  row->set_lag(row->head_seq() > row->seq() ? row->head_seq() - row->seq() : 0);
  if (!head.has_issued_at()) return;
  row->set_live_count(static_cast<int64_t>(head.live_count()));
  *row->mutable_head_time() = head.issued_at();
  const absl::Duration age = parts_.clock->Now() - identity::FromTimestamp(head.issued_at());
  row->mutable_head_age()->set_seconds(absl::ToInt64Seconds(std::max(age, absl::ZeroDuration())));
}

void SyncReporter::ReportTrouble(const Subscription& subscription, v1::ShareStatus* row) const {
  ReportFaults(subscription, row);
  const v1::StoredShare& stored = subscription.received.stored;
  if (stored.has_quarantine()) {
    const v1::Quarantine& quarantine = stored.quarantine();
    SetError(quarantine.reason(), quarantine.message(), quarantine.mend(), row);
    *row->mutable_last_error_time() = quarantine.time();
    row->set_failures(quarantine.failures());
  }
  if (row->connected() || !row->last_error().empty()) return;
  ReportDialling(subscription.origin, row);
}

void SyncReporter::ReportFaults(const Subscription& subscription, v1::ShareStatus* row) const {
  const absl::Time now = parts_.clock->Now();
  for (const auto& [peer, source] : parts_.streams->SourcesOf(subscription.key())) {
    if (!source.fault.has_value()) continue;
    v1::SupplierFault& fault = *row->add_faults();
    fault.set_partner(AliasOf(peer));
    fault.set_reason(source.fault->reason);
    fault.set_message(source.fault->message);
    fault.set_failures(source.fault->failures);
    *fault.mutable_until() = identity::ToTimestamp(source.fault->until);
    const bool frozen = row->state() == v1::ShareStatus::FROZEN;
    const bool sooner =
        !row->has_next_retry() || source.fault->until < identity::FromTimestamp(row->next_retry());
    if (!frozen && sooner && source.fault->until > now) *row->mutable_next_retry() = fault.until();
    // Somebody else supplies it: the fault is told, but it is not in the way.
    if (row->connected() && row->supplier() != fault.partner()) continue;
    SetError(source.fault->reason, source.fault->message, source.fault->mend, row);
    *row->mutable_last_error_time() = identity::ToTimestamp(source.fault->since);
    row->set_failures(source.fault->failures);
  }
}

void SyncReporter::ReportDialling(const NodeId& partner, v1::ShareStatus* row) const {
  const auto trouble = parts_.streams->TroubleWith(partner);
  if (!trouble.has_value()) return;
  SetError(ErrorReason(trouble->why), trouble->why.message(), ErrorMend(trouble->why), row);
  *row->mutable_last_error_time() = identity::ToTimestamp(trouble->since);
  row->set_failures(trouble->failures);
  *row->mutable_next_retry() = identity::ToTimestamp(trouble->next);
}

}  // namespace maillage::sharing

#include "server/sharing/sync_status.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/identity/timestamps.h"

namespace maillage::sharing {

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
  const PublicationPtr publication = parts_.publisher->Latest(share.id);
  if (publication == nullptr) {
    row.set_state(v1::ShareStatus::ARRIVING);
    status->set_in_sync(false);
    return;
  }
  row.set_state(v1::ShareStatus::PUBLISHED);
  row.set_head_seq(publication->head.seq());
  row.set_live_count(static_cast<int64_t>(publication->head.live_count()));
  *row.mutable_head_time() = publication->head.issued_at();
  const ConnectionPtr connection = parts_.streams->Find(member);
  if (connection == nullptr) return;
  const auto acked = connection->Read([&](const Session& session) {
    return session.supplier().AckedSeq({parts_.self, share.id});
  });
  if (!acked.has_value()) return;  // not wanted
  row.set_seq(*acked);
  if (*acked != row.head_seq()) status->set_in_sync(false);
}

v1::ShareStatus::State SyncReporter::StateOf(const Subscription& subscription) const {
  const v1::StoredShare& stored = subscription.received.stored;
  if (!stored.subscribed()) return v1::ShareStatus::OFFERED;
  if (stored.has_quarantine()) return v1::ShareStatus::QUARANTINED;
  if (!stored.has_head()) return v1::ShareStatus::ARRIVING;
  const absl::Time valid_until = identity::FromTimestamp(subscription.received.head.valid_until());
  return valid_until < parts_.clock->Now() ? v1::ShareStatus::STALE : v1::ShareStatus::COMPLETE;
}

void SyncReporter::ReportReceived(const Subscription& subscription, v1::SyncStatus* status) const {
  v1::ShareStatus& row = *status->add_shares();
  const v1::StoredShare& stored = subscription.received.stored;
  row.set_name(ShareName(subscription.origin, subscription.share));
  row.set_title(subscription.received.descriptor.title());
  row.set_partner(AliasOf(subscription.origin));
  row.set_state(StateOf(subscription));
  row.set_seq(subscription.seq());
  row.set_live_count(static_cast<int64_t>(subscription.received.head.live_count()));
  *row.mutable_head_time() = subscription.received.head.issued_at();
  row.set_connected(parts_.streams->SupplierOf(subscription.key()).has_value());
  if (stored.has_quarantine()) {
    row.set_last_error(
        absl::StrCat(stored.quarantine().message(), " (", stored.quarantine().reason(), ")"));
  }
  uint64_t announced = 0;
  bool receiving = false;
  const ShareKey key = subscription.key();
  const NodeId supplier = parts_.streams->SupplierOf(key).value_or(subscription.origin);
  if (const ConnectionPtr connection = parts_.streams->Find(supplier)) {
    connection->Read([&](const Session& session) {
      announced = session.receiver().AnnouncedSeq(key);
      receiving = session.receiver().IsReceiving(key);
    });
  }
  row.set_head_seq(std::max(announced, subscription.seq()));
  if (!stored.subscribed()) return;
  const bool complete =
      row.state() == v1::ShareStatus::COMPLETE && !receiving && row.seq() == row.head_seq();
  if (!complete) status->set_in_sync(false);
}

}  // namespace maillage::sharing

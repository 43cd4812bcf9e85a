// What SyncManager does with what peers tell: who they are, what they offer, and
// which Heads they have.
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/identity/descriptor.h"
#include "server/sharing/sync_manager.h"

namespace maillage::sharing {

void SyncManager::DoItem(const ConnectionPtr& connection, PeerHello hello) {
  const NodeId& peer = connection->peer();
  const identity::PartnerPtr known = parts_.partners->Get(peer);
  if (known == nullptr) return;
  if (known->signed_descriptor.payload() == hello.node_descriptor.payload()) return;
  const absl::Status status = parts_.partners->Update(peer, hello.node_descriptor, parts_.writer);
  if (status.ok()) return;
  Log(absl::StrCat("descriptor of ", known->alias), status);
  connection->Close(status);
}

void SyncManager::DoItem(const ConnectionPtr& connection, PeerOffer work) {
  const v1::Offer& offer = work.offer;
  TakeOrigin(connection, offer);
  const auto taken = parts_.subscriptions->TakeOffer(offer.share_descriptor());
  if (ErrorReason(taken.status()) == "OWN_SHARE") return TakeOwnOffer(connection, offer);
  if (!taken.ok()) {
    return Log(absl::StrCat("an offer of ", ToText(connection->peer())), taken.status());
  }
  if (!taken->received.row.has_value() && !taken->received.HasMember(self_)) return;
  Hold(*taken);
  const ShareKey key = taken->key();
  if (taken->received.stored.dropping()) {
    Settle(key);
    return Drop(key);
  }
  Offered(connection, *taken, offer);
}

void SyncManager::TakeOrigin(const ConnectionPtr& connection, const v1::Offer& offer) {
  v1::NodeDescriptor claimed;
  if (!offer.has_origin_descriptor() ||
      !claimed.ParseFromString(offer.origin_descriptor().payload())) {
    return;
  }
  // What it claims is checked against the keys of that partner.
  const NodeId origin = identity::NodeIdOf(claimed.root_public_key());
  if (origin == connection->peer() || parts_.partners->Get(origin) == nullptr) return;
  const absl::Status status =
      parts_.partners->Update(origin, offer.origin_descriptor(), parts_.writer);
  if (!status.ok()) refusals_.Count(ErrorReason(status));
  Log(absl::StrCat("descriptor of ", ToText(origin), " from ", ToText(connection->peer())), status);
}

void SyncManager::Offered(const ConnectionPtr& connection, const Subscription& subscription,
                          const v1::Offer& offer) {
  const ShareKey key = subscription.key();
  HeadOrder order;
  if (connection->peer() != key.origin) {
    if (!subscription.received.descriptor.relayable()) return;
    const auto head = parts_.subscriptions->OpenShownHead(offer.head());
    if (head.ok() && head->origin() == key.origin.bytes() && head->share() == key.share.bytes()) {
      order = OrderOf(*head);
    }
  }
  {
    const MutexLock lock(&suppliers_mutex_);
    suppliers_.Offered(key, connection->peer(), connection->number(), order);
  }
  // What went wrong on this stream waits its time, however often it is offered.
  const auto retry = retries_.find(key);
  if (retry != retries_.end() && retry->second.lock() == connection) return;
  Settle(key);
}

void SyncManager::DoItem(const ConnectionPtr& connection, PeerNotice notice) {
  v1::Head claimed;
  const bool own = claimed.ParseFromString(notice.head.payload()) &&
                   absl::string_view(claimed.origin()) == self_.bytes();
  if (own) return TakeOwnHead(notice.head);
  const auto head = parts_.subscriptions->OpenShownHead(notice.head);
  ShareKey key;
  if (!head.ok() || !ShareKey::Of(*head, &key)) {
    return Log(absl::StrCat("a notice of ", ToText(connection->peer())), head.status());
  }
  {
    const MutexLock lock(&suppliers_mutex_);
    suppliers_.Showed(key, connection->peer(), OrderOf(*head));
  }
  Settle(key);
  queue_.PostAfter(kSupplierGrace, [this, key] { Settle(key); });
}

}  // namespace maillage::sharing

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
  RefuseWord("a node descriptor", peer, status);
  connection->Close(status);
}

void SyncManager::DoItem(const ConnectionPtr& connection, PeerOffer work) {
  const v1::Offer& offer = work.offer;
  TakeOrigin(connection, offer);
  const auto taken = parts_.subscriptions->TakeOffer(offer.share_descriptor());
  if (ErrorReason(taken.status()) == "OWN_SHARE") return TakeOwnOffer(connection, offer);
  if (!taken.ok()) return RefuseWord("an offer", connection->peer(), taken.status());
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
  if (!status.ok()) RefuseWord("a node descriptor", connection->peer(), status);
}

void SyncManager::Offered(const ConnectionPtr& connection, const Subscription& subscription,
                          const v1::Offer& offer) {
  const ShareKey key = subscription.key();
  HeadOrder order;
  if (connection->peer() != key.origin) {
    if (!subscription.received.descriptor.relayable()) return;
    if (!subscription.received.HasMember(connection->peer())) {
      return LeaveFormerMember(connection->peer(), key);
    }
    const auto head = parts_.subscriptions->OpenShownHead(offer.head());
    if (head.ok() && head->origin() == key.origin.bytes() && head->share() == key.share.bytes()) {
      order = OrderOf(*head);
    }
  }
  {
    const MutexLock lock(&suppliers_mutex_);
    suppliers_.Offered(key, connection->peer(), connection->number(), order);
  }
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
    return RefuseWord("a notice", connection->peer(), head.status());
  }
  {
    const MutexLock lock(&suppliers_mutex_);
    suppliers_.Showed(key, connection->peer(), OrderOf(*head));
  }
  Settle(key);
  if (!graces_.insert(key).second) return;
  queue_.PostAfter(kSupplierGrace, [this, key] {
    graces_.erase(key);
    Settle(key);
  });
}

}  // namespace maillage::sharing

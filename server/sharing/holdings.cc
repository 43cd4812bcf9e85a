#include "server/sharing/holdings.h"

#include <utility>

namespace maillage::sharing {
namespace {

Offering OfferingOf(const Subscription& subscription, const identity::Partner& origin) {
  Offering offering;
  offering.key = subscription.key();
  const ReceivedShare& received = subscription.received;
  offering.descriptor = std::make_shared<v1::ShareDescriptor>(received.descriptor);
  offering.signed_descriptor = received.stored.share_descriptor();
  // Whoever relays serves one version of the terms alone.
  offering.scope_version = received.descriptor.version();
  offering.origin_descriptor = origin.signed_descriptor;
  const auto& former = received.stored.former_members();
  offering.former_members = std::vector<NodeId>(former.begin(), former.end());
  return offering;
}

PublicationPtr PublicationOf(const Subscription& subscription, const Offering& offering,
                             std::shared_ptr<const storage::Reader> snapshot) {
  const ReceivedShare& received = subscription.received;
  if (!received.stored.has_head()) return nullptr;
  auto publication = std::make_shared<Publication>();
  publication->key = offering.key;
  publication->descriptor = offering.descriptor;
  publication->scope_version = offering.scope_version;
  publication->head = received.head;
  publication->signed_head = received.stored.head();
  publication->tree = snapshot;
  publication->snapshot = std::move(snapshot);
  return publication;
}

}  // namespace

bool Holdings::Update(const Subscription& subscription) {
  const identity::PartnerPtr origin = partners_->Get(subscription.origin);
  if (origin == nullptr || !subscription.IsWanted()) {
    const MutexLock lock(&mutex_);
    return held_.erase(subscription.key()) > 0;
  }
  Held held;
  held.offering = OfferingOf(subscription, *origin);
  held.for_origin = PublicationOf(subscription, held.offering, database_->Snapshot());
  if (subscription.received.head.descriptor_version() ==
      subscription.received.descriptor.version()) {
    held.latest = held.for_origin;
  }
  const MutexLock lock(&mutex_);
  Held& known = held_[subscription.key()];
  const bool news =
      known.offering.signed_descriptor.signature() != held.offering.signed_descriptor.signature();
  known = std::move(held);
  return news;
}

void Holdings::Refresh() {
  const std::shared_ptr<const storage::Reader> snapshot = database_->Snapshot();
  const MutexLock lock(&mutex_);
  for (auto& [key, held] : held_) {
    if (held.for_origin == nullptr) continue;
    auto refreshed = std::make_shared<Publication>(*held.for_origin);
    refreshed->snapshot = snapshot;
    refreshed->tree = snapshot;
    held.for_origin = std::move(refreshed);
    if (held.latest != nullptr) held.latest = held.for_origin;
  }
}

PublicationPtr Holdings::Latest(const ShareKey& key) const {
  const MutexLock lock(&mutex_);
  const auto it = held_.find(key);
  return it == held_.end() ? nullptr : it->second.latest;
}

PublicationPtr Holdings::ForOrigin(const ShareKey& key) const {
  const MutexLock lock(&mutex_);
  const auto it = held_.find(key);
  return it == held_.end() ? nullptr : it->second.for_origin;
}

Offerings Holdings::List() const {
  const MutexLock lock(&mutex_);
  Offerings list;
  for (const auto& [key, held] : held_) list.push_back(held.offering);
  return list;
}

}  // namespace maillage::sharing

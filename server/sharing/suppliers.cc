#include "server/sharing/suppliers.h"

#include <algorithm>

#include "client/base/error.h"
#include "server/identity/timestamps.h"

namespace maillage::sharing {
namespace {

// A supplier that stood still is passed over this long.
constexpr absl::Duration kFrozenPause = absl::Minutes(10);

bool IsPassedOver(const Suppliers::Source& source, absl::Time now) {
  return source.fault.has_value() && source.fault->until > now;
}

void SetFault(const absl::Status& why, absl::Time now, absl::Duration pause,
              Suppliers::Source* source) {
  Suppliers::Fault fault;
  fault.reason = ErrorReason(why);
  fault.message = std::string(why.message());
  fault.mend = ErrorMend(why);
  fault.failures = source->fault.has_value() ? source->fault->failures + 1 : 1;
  fault.since = now;
  fault.until = now + pause;
  source->fault = std::move(fault);
}

}  // namespace

absl::Status Frozen() {
  return FailedPrecondition("FROZEN", "the supplier stands still while others go on",
                            "tell the partner if it stays so");
}

HeadOrder OrderOf(const v1::Head& head) {
  return {head.incarnation(), head.seq(), head.descriptor_version(),
          identity::FromTimestamp(head.issued_at())};
}

void Suppliers::Offered(const ShareKey& key, const NodeId& peer, uint64_t stream,
                        const HeadOrder& head) {
  Source& source = shares_[key].sources[peer];
  source.stream = stream;
  source.head = std::max(source.head, head);
}

void Suppliers::Showed(const ShareKey& key, const NodeId& peer, const HeadOrder& head) {
  const auto share = shares_.find(key);
  if (share == shares_.end()) return;
  const auto source = share->second.sources.find(peer);
  if (source == share->second.sources.end()) return;
  source->second.head = std::max(source->second.head, head);
}

void Suppliers::Served(const ShareKey& key, const NodeId& peer, const HeadOrder& head) {
  Showed(key, peer, head);
  const auto share = shares_.find(key);
  if (share == shares_.end()) return;
  const auto source = share->second.sources.find(peer);
  if (source != share->second.sources.end()) source->second.fault.reset();
}

void Suppliers::Blame(const ShareKey& key, const NodeId& peer, const absl::Status& why,
                      absl::Time now, absl::Duration pause) {
  SetFault(why, now, pause, &shares_[key].sources[peer]);
}

std::vector<ShareKey> Suppliers::Gone(const NodeId& peer, uint64_t stream) {
  std::vector<ShareKey> taken;
  for (auto& [key, share] : shares_) {
    const auto source = share.sources.find(peer);
    if (source == share.sources.end() || source->second.stream != stream) continue;
    share.sources.erase(source);
    if (share.current != peer) continue;
    share.current.reset();
    taken.push_back(key);
  }
  std::erase_if(shares_, [](const auto& item) { return item.second.sources.empty(); });
  return taken;
}

void Suppliers::Withdrawn(const ShareKey& key, const NodeId& peer) {
  const auto share = shares_.find(key);
  if (share == shares_.end()) return;
  share->second.sources.erase(peer);
  if (share->second.current == peer) share->second.current.reset();
}

std::optional<NodeId> Suppliers::Choose(const ShareKey& key, absl::Time now) {
  const auto it = shares_.find(key);
  if (it == shares_.end()) return std::nullopt;
  Share& share = it->second;
  // With the origin there is nothing to choose.
  std::optional<NodeId> best =
      share.sources.contains(key.origin) ? key.origin : Freshest(share, now);
  if (best != key.origin && best.has_value() && MayStay(&share, *best, now)) best = share.current;
  if (best != share.current) share.behind_since.reset();
  share.current = best;
  return best;
}

std::optional<NodeId> Suppliers::Freshest(const Share& share, absl::Time now) const {
  std::optional<NodeId> best;
  for (const auto& [peer, source] : share.sources) {
    if (IsPassedOver(source, now)) continue;
    const bool better = !best.has_value() || share.sources.at(*best).head < source.head ||
                        (peer == share.current && share.sources.at(*best).head == source.head);
    if (better) best = peer;
  }
  return best;
}

bool Suppliers::MayStay(Share* share, const NodeId& other, absl::Time now) const {
  if (!share->current.has_value() || *share->current == other) {
    share->behind_since.reset();
    return share->current.has_value();
  }
  const auto current = share->sources.find(*share->current);
  if (current == share->sources.end() || IsPassedOver(current->second, now)) return false;
  if (!share->behind_since.has_value()) share->behind_since = now;
  if (now - *share->behind_since < kSupplierGrace) return true;
  SetFault(Frozen(), now, kFrozenPause, &current->second);
  return false;
}

std::optional<NodeId> Suppliers::Current(const ShareKey& key) const {
  const auto it = shares_.find(key);
  return it == shares_.end() ? std::nullopt : it->second.current;
}

std::map<NodeId, Suppliers::Source> Suppliers::SourcesOf(const ShareKey& key) const {
  const auto it = shares_.find(key);
  return it == shares_.end() ? std::map<NodeId, Source>() : it->second.sources;
}

}  // namespace maillage::sharing

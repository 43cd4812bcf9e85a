#include "server/sharing/supplier.h"

#include <utility>
#include <vector>

#include "client/base/status_macros.h"
#include "server/sharing/share_log.h"

namespace maillage::sharing {

Supplier::Supplier(const NodeId& self, const NodeId& peer, PublicationSource latest)
    : self_(self), peer_(peer), latest_(std::move(latest)) {}

void Supplier::SetShares(const ShareSet& shares, Outbox* outbox) {
  members_.clear();
  scopes_.clear();
  // Links last: who wants the link has heard of all else.
  for (const bool link : {false, true}) {
    for (const auto& [id, share] : shares.shares) {
      if (share->is_link() != link) continue;
      const bool member = share->HasMember(peer_);
      if (member && !share->stored.deleted()) members_.insert(id);
      scopes_[id] = share->stored.scope_version();
      if (!member && !share->HadMember(peer_)) continue;
      if (std::exchange(offered_[id], share->descriptor.version()) == share->descriptor.version()) {
        continue;
      }
      *outbox->emplace_back().mutable_offer()->mutable_share_descriptor() =
          share->stored.share_descriptor();
    }
  }
  std::erase_if(wanted_, [&](const auto& item) { return !MayHave(item.first); });
  EndFormerRuns(outbox);
}

bool Supplier::IsOfScope(const Publication& publication) const {
  const auto scope = scopes_.find(publication.share->id);
  return scope != scopes_.end() && publication.share->stored.scope_version() == scope->second;
}

void Supplier::EndFormerRuns(Outbox* outbox) {
  for (auto& [share, wanted] : wanted_) {
    if (!wanted.run.has_value() || IsOfScope(*wanted.run->publication)) continue;
    // What is on its way goes on, from the same cursor, in the new scope.
    if (wanted.run->started) outbox->push_back(RefusalOf(share, v1::Refusal::NOT_READY));
    wanted.run.reset();
  }
}

void Supplier::HandleWant(const v1::Want& want, Outbox* outbox) {
  ShareId share;
  if (!ShareId::FromBytes(want.share(), &share)) return;
  if (absl::string_view(want.origin()) != self_.bytes() || !offered_.contains(share)) {
    v1::SyncMessage refusal = RefusalOf(share, v1::Refusal::UNKNOWN_SHARE);
    // No more than a node id: what is given back waits in memory until it is read.
    refusal.mutable_refusal()->set_origin(want.origin().substr(0, NodeId::kSize));
    return outbox->push_back(std::move(refusal));
  }
  if (!MayHave(share)) {
    return outbox->push_back(RefusalOf(share, v1::Refusal::NOT_A_MEMBER));
  }
  Wanted wanted;
  const bool has_some = Incarnation::FromBytes(want.incarnation(), &wanted.incarnation);
  wanted.seq = has_some ? want.seq() : 0;
  wanted.acked = wanted.seq;
  wanted_[share] = std::move(wanted);
  if (latest_(share) == nullptr) outbox->push_back(RefusalOf(share, v1::Refusal::NOT_READY));
}

void Supplier::HandleUnwant(const v1::Want& unwant) {
  ShareId share;
  if (ShareId::FromBytes(unwant.share(), &share)) wanted_.erase(share);
}

std::optional<std::pair<ShareId, uint64_t>> Supplier::HandleAck(const v1::Ack& ack) {
  ShareId share;
  if (!ShareId::FromBytes(ack.share(), &share)) return std::nullopt;
  const auto it = wanted_.find(share);
  if (it == wanted_.end()) return std::nullopt;
  Wanted& wanted = it->second;
  if (absl::string_view(ack.incarnation()) != wanted.incarnation.bytes()) return std::nullopt;
  if (wanted.in_flight.empty() || ack.seq() != wanted.in_flight.front()) return std::nullopt;
  wanted.in_flight.pop_front();
  wanted.acked = ack.seq();
  return std::make_pair(share, ack.seq());
}

absl::StatusOr<bool> Supplier::Next(v1::SyncMessage* message) {
  // From the share after the one served last, once around.
  std::vector<ShareId> order;
  order.reserve(wanted_.size());
  for (auto it = wanted_.upper_bound(turn_); it != wanted_.end(); ++it) order.push_back(it->first);
  for (auto it = wanted_.begin(); it != wanted_.end() && it->first <= turn_; ++it) {
    order.push_back(it->first);
  }
  for (const ShareId& share : order) {
    Wanted& wanted = wanted_[share];
    if (!wanted.run.has_value() && !Begin(share, &wanted)) continue;
    turn_ = share;
    RETURN_IF_ERROR(Fill(share, &wanted, message));
    return true;
  }
  return false;
}

bool Supplier::Begin(const ShareId& share, Wanted* wanted) {
  if (wanted->in_flight.size() >= kRunsInFlight) return false;
  PublicationPtr publication = latest_(share);
  if (publication == nullptr || !IsOfScope(*publication)) return false;
  if (publication->signed_head.signature() == wanted->served_head) return false;
  // Its terms go first.
  if (publication->share->descriptor.version() > offered_[share]) return false;
  Run run;
  run.publication = std::move(publication);
  run.number = ++last_run_;
  run.sent = wanted->seq;
  wanted->run = std::move(run);
  return true;
}

absl::Status Supplier::Fill(const ShareId& share, Wanted* wanted, v1::SyncMessage* message) {
  Run& run = *wanted->run;
  const v1::Head& head = run.publication->head;
  if (!run.started) {
    const Incarnation incarnation(head.incarnation());
    const bool has_some = !wanted->incarnation.is_zero();
    if (has_some && (incarnation != wanted->incarnation || wanted->seq > head.seq())) {
      *message = RefusalOf(share, v1::Refusal::INCARNATION_CHANGED);
      wanted_.erase(share);
      return absl::OkStatus();
    }
    run.started = true;
    wanted->incarnation = incarnation;
    v1::RunStart* start = message->mutable_run_start();
    start->set_run(run.number);
    start->set_origin(head.origin());
    start->set_share(head.share());
    start->set_incarnation(head.incarnation());
    start->set_from_seq(run.sent);
    start->set_to_seq(head.seq());
    return absl::OkStatus();
  }
  if (run.sent < head.seq()) {
    v1::RunEntries* entries = message->mutable_run_entries();
    entries->set_run(run.number);
    RETURN_IF_ERROR(AddEntries(share, &run, entries));
    if (entries->entries_size() > 0) return absl::OkStatus();
  }
  message->mutable_run_end()->set_run(run.number);
  *message->mutable_run_end()->mutable_head() = run.publication->signed_head;
  wanted->seq = head.seq();
  wanted->served_head = run.publication->signed_head.signature();
  wanted->in_flight.push_back(head.seq());
  wanted->run.reset();
  return absl::OkStatus();
}

absl::Status Supplier::AddEntries(const ShareId& share, Run* run, v1::RunEntries* entries) {
  size_t bytes = 0;
  bool full = false;
  const uint64_t last = run->publication->head.seq();
  entries->mutable_entries()->Clear();
  RETURN_IF_ERROR(ForEachEntry(*run->publication->snapshot, self_, share, run->sent, last,
                               [&](v1::Entry* entry) {
                                 bytes += entry->ByteSizeLong();
                                 run->sent = entry->seq();
                                 entries->add_entries()->Swap(entry);
                                 full = bytes >= kMessageBytes;
                                 return !full;
                               }));
  if (!full) run->sent = last;
  return absl::OkStatus();
}

v1::SyncMessage Supplier::RefusalOf(const ShareId& share, v1::Refusal::Reason reason) const {
  v1::SyncMessage message;
  message.mutable_refusal()->set_origin(std::string(self_.bytes()));
  message.mutable_refusal()->set_share(std::string(share.bytes()));
  message.mutable_refusal()->set_reason(reason);
  return message;
}

std::optional<uint64_t> Supplier::AckedSeq(const ShareId& share) const {
  const auto it = wanted_.find(share);
  if (it == wanted_.end()) return std::nullopt;
  return it->second.acked;
}

}  // namespace maillage::sharing

#include "server/sharing/supplier.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "client/base/status_macros.h"
#include "server/sharing/share_log.h"

namespace maillage::sharing {
namespace {

// How much newer what is published may be than what is compared.
constexpr int64_t kCompareSeconds = 600;

v1::SyncMessage RefusalOf(const ShareKey& key, v1::Refusal::Reason reason) {
  v1::SyncMessage message;
  key.NameIn(message.mutable_refusal());
  message.mutable_refusal()->set_reason(reason);
  return message;
}

}  // namespace

Supplier::Supplier(const NodeId& self, const NodeId& peer, PublicationSource latest)
    : self_(self), peer_(peer), latest_(std::move(latest)) {}

void Supplier::SetOfferings(std::shared_ptr<const Offerings> offerings, Outbox* outbox) {
  offerings_ = std::move(offerings);
  served_.clear();
  for (const Offering& offering : *offerings_) {
    if (offering.IsServedTo(peer_, self_)) served_[offering.key] = &offering;
    if (!offering.IsOfferedTo(peer_, self_)) continue;
    const uint64_t version = offering.descriptor->version();
    if (std::exchange(offered_[offering.key], version) == version) continue;
    outbox->push_back(OfferOf(offering));
  }
  std::erase_if(wanted_, [&](const auto& item) { return !MayHave(item.first); });
  EndFormerRuns(outbox);
  compares_.ReleaseIf([&](const Publication& publication) {
    return !MayHave(publication.key) || !IsOfScope(publication);
  });
}

bool Supplier::IsOfScope(const Publication& publication) const {
  const auto served = served_.find(publication.key);
  return served != served_.end() && publication.scope_version == served->second->scope_version;
}

void Supplier::EndFormerRuns(Outbox* outbox) {
  for (auto& [key, wanted] : wanted_) {
    if (!wanted.run.has_value() || IsOfScope(*wanted.run->publication)) continue;
    // What is on its way goes on, from the same cursor, in the new scope.
    if (wanted.run->started) outbox->push_back(RefusalOf(key, v1::Refusal::NOT_READY));
    wanted.run.reset();
  }
}

v1::SyncMessage Supplier::OfferOf(const Offering& offering) const {
  v1::SyncMessage message;
  v1::Offer* offer = message.mutable_offer();
  *offer->mutable_share_descriptor() = offering.signed_descriptor;
  if (offering.key.origin == self_) return message;
  *offer->mutable_origin_descriptor() = offering.origin_descriptor;
  const PublicationPtr latest = latest_(offering.key);
  if (latest != nullptr) *offer->mutable_head() = latest->signed_head;
  return message;
}

void Supplier::OfferOwn(Outbox* outbox) const {
  for (const Offering& offering : *offerings_) {
    if (offering.key.origin == peer_) outbox->push_back(OfferOf(offering));
  }
}

void Supplier::Published(const ShareKey& key) {
  const auto served = served_.find(key);
  if (served == served_.end() || wanted_.contains(key)) return;
  if (served->second->descriptor->relayable() && offered_.contains(key)) news_.insert(key);
}

void Supplier::HandleWant(const v1::Want& want, Outbox* outbox) {
  ShareKey key;
  const bool named = ShareKey::Of(want, &key);
  const bool known = named && (offered_.contains(key) || MayHave(key));
  if (want.share().empty() && absl::string_view(want.origin()) == peer_.bytes()) OfferOwn(outbox);
  if (!known) {
    // No more than a node id: what is given back waits in memory until it is read.
    v1::SyncMessage refusal = RefusalOf(key, v1::Refusal::UNKNOWN_SHARE);
    refusal.mutable_refusal()->set_origin(want.origin().substr(0, NodeId::kSize));
    refusal.mutable_refusal()->set_share(want.share().substr(0, ShareId::kSize));
    return outbox->push_back(std::move(refusal));
  }
  if (!MayHave(key)) return outbox->push_back(RefusalOf(key, v1::Refusal::NOT_A_MEMBER));
  Wanted wanted;
  const bool has_some = Incarnation::FromBytes(want.incarnation(), &wanted.incarnation);
  wanted.seq = has_some ? want.seq() : 0;
  wanted.acked = wanted.seq;
  wanted_[key] = std::move(wanted);
  news_.erase(key);
  if (served_[key]->recovering) {
    outbox->push_back(RefusalOf(key, v1::Refusal::RECOVERING));
  } else if (latest_(key) == nullptr) {
    outbox->push_back(RefusalOf(key, v1::Refusal::NOT_READY));
  }
}

void Supplier::HandleUnwant(const v1::Want& unwant) {
  ShareKey key;
  if (!ShareKey::Of(unwant, &key)) return;
  wanted_.erase(key);
  compares_.Release(key);
}

void Supplier::HandleCompare(const v1::CompareRequest& request, Outbox* outbox) {
  ShareKey key;
  if (!ShareKey::Of(request, &key) || !MayHave(key)) {
    return outbox->push_back(CompareServer::RefusalOf(request, v1::Refusal::UNKNOWN_SHARE));
  }
  PublicationPtr latest = latest_(key);
  // Its terms go first, as before runs.
  const bool served =
      latest != nullptr && IsOfScope(*latest) && latest->descriptor->version() <= offered_[key];
  compares_.Handle(request, served ? latest : nullptr, outbox);
}

std::optional<std::pair<ShareKey, uint64_t>> Supplier::HandleAck(const v1::Ack& ack) {
  ShareKey key;
  if (!ShareKey::Of(ack, &key)) return std::nullopt;
  const auto it = wanted_.find(key);
  if (it == wanted_.end()) return std::nullopt;
  Wanted& wanted = it->second;
  if (absl::string_view(ack.incarnation()) != wanted.incarnation.bytes()) return std::nullopt;
  if (wanted.in_flight.empty() || ack.seq() != wanted.in_flight.front()) return std::nullopt;
  wanted.in_flight.pop_front();
  wanted.acked = ack.seq();
  return std::make_pair(key, ack.seq());
}

absl::StatusOr<bool> Supplier::Next(v1::SyncMessage* message) {
  if (compares_.open() > 0) {
    // A peer that went to sleep in the middle must not keep old rows alive.
    compares_.ReleaseIf([&](const Publication& publication) {
      const PublicationPtr latest = latest_(publication.key);
      return latest == nullptr || latest->head.issued_at().seconds() >
                                      publication.head.issued_at().seconds() + kCompareSeconds;
    });
    if (compares_.Next(message)) return true;
  }
  // From the share after the one served last, once around.
  std::vector<ShareKey> order;
  order.reserve(wanted_.size());
  for (auto it = wanted_.upper_bound(turn_); it != wanted_.end(); ++it) order.push_back(it->first);
  for (auto it = wanted_.begin(); it != wanted_.end() && it->first <= turn_; ++it) {
    order.push_back(it->first);
  }
  for (const ShareKey& key : order) {
    Wanted& wanted = wanted_[key];
    if (!wanted.run.has_value() && !Begin(key, &wanted)) continue;
    turn_ = key;
    RETURN_IF_ERROR(Fill(key, &wanted, message));
    return true;
  }
  return NextNotice(message);
}

bool Supplier::NextNotice(v1::SyncMessage* message) {
  while (!news_.empty()) {
    const ShareKey key = *news_.begin();
    news_.erase(news_.begin());
    const PublicationPtr latest = latest_(key);
    if (latest == nullptr || !MayHave(key)) continue;
    const std::string& signature = latest->signed_head.signature();
    if (std::exchange(noticed_[key], signature) == signature) continue;
    *message->mutable_notice()->mutable_head() = latest->signed_head;
    return true;
  }
  return false;
}

bool Supplier::Begin(const ShareKey& key, Wanted* wanted) {
  if (wanted->in_flight.size() >= kRunsInFlight) return false;
  PublicationPtr publication = latest_(key);
  if (publication == nullptr || !IsOfScope(*publication)) return false;
  if (publication->signed_head.signature() == wanted->served_head) return false;
  // Its terms go first.
  if (key.origin != peer_ && publication->descriptor->version() > offered_[key]) return false;
  Run run;
  run.publication = std::move(publication);
  run.number = ++last_run_;
  run.sent = wanted->seq;
  wanted->run = std::move(run);
  return true;
}

bool Supplier::Refuses(const Run& run, const Wanted& wanted, v1::Refusal::Reason* reason) const {
  const v1::Head& head = run.publication->head;
  if (wanted.incarnation.is_zero()) return false;
  if (Incarnation(head.incarnation()) != wanted.incarnation || wanted.seq > head.seq()) {
    *reason = v1::Refusal::INCARNATION_CHANGED;
    return true;
  }
  *reason = v1::Refusal::BELOW_FLOOR;
  return wanted.seq > 0 && wanted.seq < head.purge_floor();
}

absl::Status Supplier::Fill(const ShareKey& key, Wanted* wanted, v1::SyncMessage* message) {
  Run& run = *wanted->run;
  const v1::Head& head = run.publication->head;
  if (!run.started) {
    v1::Refusal::Reason reason;
    if (Refuses(run, *wanted, &reason)) {
      *message = RefusalOf(key, reason);
      wanted_.erase(key);
      return absl::OkStatus();
    }
    run.started = true;
    wanted->incarnation = Incarnation(head.incarnation());
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
    RETURN_IF_ERROR(AddEntries(key, &run, entries));
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

absl::Status Supplier::AddEntries(const ShareKey& key, Run* run, v1::RunEntries* entries) {
  size_t bytes = 0;
  bool full = false;
  const uint64_t last = run->publication->head.seq();
  entries->mutable_entries()->Clear();
  RETURN_IF_ERROR(ForEachEntry(*run->publication->snapshot, key.origin, key.share, run->sent, last,
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

bool Supplier::HasToSend() const {
  return compares_.open() > 0 || std::any_of(wanted_.begin(), wanted_.end(), [](const auto& item) {
           return item.second.run.has_value();
         });
}

std::optional<uint64_t> Supplier::AckedSeq(const ShareKey& key) const {
  const auto it = wanted_.find(key);
  if (it == wanted_.end()) return std::nullopt;
  return it->second.acked;
}

}  // namespace maillage::sharing

#include "server/sharing/comparisons.h"

#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {

absl::StatusOr<v1::CompareRequest> Comparisons::Begin(const NodeId& peer, const ShareKey& key,
                                                      std::optional<Recount> recount, Done done) {
  const auto running = open_.find(key);
  if (running != open_.end()) {
    if (done) running->second.waiting.push_back(std::move(done));
    return Error(absl::StatusCode::kAlreadyExists, "COMPARING", "the share is being compared");
  }
  ASSIGN_OR_RETURN(auto comparison, subscriptions_->BeginComparison(key, std::move(recount)));
  v1::CompareRequest request = comparison->FirstRequest();
  Open& open = open_[key];
  open.peer = peer;
  open.comparison = std::move(comparison);
  if (done) open.waiting.push_back(std::move(done));
  return request;
}

Comparisons::Step Comparisons::Take(const NodeId& peer, v1::CompareAnswer* answer) {
  Step step;
  ShareKey key;
  if (!ShareKey::Of(*answer, &key)) return step;
  const auto it = open_.find(key);
  if (it == open_.end() || it->second.peer != peer) return step;
  Comparison& comparison = *it->second.comparison;
  auto next = comparison.Take(answer, subscriptions_->Now());
  if (!next.ok()) {
    step.end = next.status();
  } else if (comparison.is_done()) {
    const auto taken = subscriptions_->TakeComparison(&comparison);
    step.end = taken.status();
    if (!taken.ok() || !taken->is_link()) return step;
    for (const auto& [id, entry] : comparison.fetched()) step.arrived.push_back(id);
  } else {
    step.request = *std::move(next);
  }
  return step;
}

v1::CompareRequest Comparisons::End(const ShareKey& key, const absl::Status& status) {
  v1::CompareRequest done;
  key.NameIn(&done);
  done.set_done(true);
  const auto it = open_.find(key);
  if (it == open_.end()) return done;
  const Open ended = std::move(it->second);
  open_.erase(it);
  if (status.ok()) last_figures_ = ended.comparison->figures();
  for (const Done& waiting : ended.waiting) waiting(status, ended.comparison->figures());
  return done;
}

bool Comparisons::HasRecount(const ShareKey& key) const {
  const auto it = open_.find(key);
  return it != open_.end() && it->second.comparison->has_recount();
}

std::vector<Comparisons::Done> Comparisons::TakeWaiting(const ShareKey& key) {
  const auto it = open_.find(key);
  return it == open_.end() ? std::vector<Done>() : std::exchange(it->second.waiting, {});
}

void Comparisons::Wait(const ShareKey& key, std::vector<Done> waiting) {
  const auto it = open_.find(key);
  if (it == open_.end()) return;
  for (Done& done : waiting) it->second.waiting.push_back(std::move(done));
}

std::vector<ShareKey> Comparisons::With(const NodeId& peer) const {
  std::vector<ShareKey> keys;
  for (const auto& [key, open] : open_) {
    if (open.peer == peer) keys.push_back(key);
  }
  return keys;
}

uint64_t Comparisons::PartsOf(const ShareKey& key) const {
  const auto it = open_.find(key);
  return it == open_.end() ? 0 : it->second.comparison->figures().parts;
}

}  // namespace maillage::sharing

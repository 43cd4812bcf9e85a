#include "server/sharing/publisher.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "server/identity/timestamps.h"

namespace maillage::sharing {
namespace {

// How often Heads and snapshots are looked after.
constexpr absl::Duration kTendInterval = absl::Minutes(1);
// A publication with more entries is load, after which changes gather.
constexpr size_t kLoadEntries = 64;
constexpr int kRestFactor = 2;
// After many entries members have enough to do: larger runs cost less a record.
constexpr size_t kBulkEntries = 1000;
constexpr absl::Duration kBulkRest = absl::Milliseconds(250);
// Pause after a failure.
constexpr absl::Duration kFailurePause = absl::Seconds(5);

}  // namespace

Publisher::Publisher(const Issuer& issuer, const storage::Database* database,
                     storage::Writer* writer, const ShareTable* shares, const Clock* clock,
                     OnPublished on_published, OnError on_error)
    : database_(database),
      writer_(writer),
      shares_(shares),
      clock_(clock),
      on_published_(std::move(on_published)),
      on_error_(std::move(on_error)),
      issuer_(issuer) {}

Publisher::~Publisher() { Stop(); }

void Publisher::Start() {
  RefreshAll();
  thread_ = std::thread([this] { Run(); });
}

void Publisher::Stop() {
  {
    const MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
  // The writer calls back when a Head is stored.
  const MutexLock lock(&mutex_);
  const auto storing = [](const auto& item) { return item.second.storing; };
  while (std::any_of(states_.begin(), states_.end(), storing)) changed_.Wait(&mutex_);
  states_.clear();
}

void Publisher::RefreshAll() {
  std::set<ShareId> all;
  const ShareSetPtr set = shares_->Get();
  for (const auto& [id, share] : set->shares) all.insert(id);
  Refresh(all);
}

void Publisher::Hold() {
  const MutexLock lock(&mutex_);
  held_ = true;
  for (auto& [id, state] : states_) state.latest = nullptr;
}

void Publisher::Resume(const Incarnation& incarnation) {
  {
    const MutexLock lock(&mutex_);
    held_ = false;
    issuer_.incarnation = incarnation;
  }
  RefreshAll();
}

void Publisher::Refresh(const std::set<ShareId>& shares) {
  const MutexLock lock(&mutex_);
  dirty_.insert(shares.begin(), shares.end());
  changed_.Signal();
}

PublicationPtr Publisher::Latest(const ShareId& share) const {
  const MutexLock lock(&mutex_);
  const auto it = states_.find(share);
  return it == states_.end() ? nullptr : it->second.latest;
}

Issuer Publisher::issuer() const {
  const MutexLock lock(&mutex_);
  return issuer_;
}

bool Publisher::IsIdle() const {
  const MutexLock lock(&mutex_);
  return dirty_.empty() && !publishing_;
}

void Publisher::Run() {
  for (auto ids = NextShares(); !ids.empty(); ids = NextShares()) PublishAll(ids);
}

std::set<ShareId> Publisher::ReadyShares(absl::Time now, absl::Duration* wait) {
  std::set<ShareId> ready;
  if (held_) return ready;
  for (const ShareId& id : dirty_) {
    const State& state = states_[id];
    if (state.storing) continue;
    if (state.rest_until > now) {
      *wait = std::min(*wait, state.rest_until - now);
    } else {
      ready.insert(id);
    }
  }
  for (const ShareId& id : ready) dirty_.erase(id);
  return ready;
}

std::set<ShareId> Publisher::NextShares() {
  absl::Time tend_at = absl::Now() + kTendInterval;
  while (true) {
    {
      const MutexLock lock(&mutex_);
      publishing_ = false;
      while (!stopping_ && !std::exchange(tend_soon_, false) && absl::Now() < tend_at) {
        const absl::Time now = absl::Now();
        absl::Duration wait = tend_at - now;
        auto ready = ReadyShares(now, &wait);
        if (!ready.empty()) {
          publishing_ = true;
          return ready;
        }
        changed_.WaitFor(&mutex_, wait);
      }
      if (stopping_) return {};
    }
    Tend();
    tend_at = absl::Now() + kTendInterval;
  }
}

void Publisher::PublishAll(const std::set<ShareId>& ids) {
  const std::shared_ptr<const storage::Reader> snapshot = database_->Snapshot();
  const ShareSetPtr set = shares_->Get();
  for (const ShareId& id : ids) {
    const OwnSharePtr share = set->Find(id);
    if (share != nullptr && share->IsServed()) {
      Publish(share, snapshot);
    } else {
      const MutexLock lock(&mutex_);
      states_[id].latest = nullptr;
    }
  }
}

void Publisher::Publish(const OwnSharePtr& share,
                        const std::shared_ptr<const storage::Reader>& snapshot) {
  const absl::Time start = absl::Now();
  const PublicationPtr last = Latest(share->id);
  const Issuer issuer = this->issuer();
  auto issued =
      Issue(issuer, share, snapshot, last == nullptr ? nullptr : &last->head, clock_->Now());
  if (!issued.ok()) {
    {
      const MutexLock lock(&mutex_);
      states_[share->id].rest_until = absl::Now() + kFailurePause;
      dirty_.insert(share->id);
    }
    return on_error_(share->id, issued.status());
  }
  {
    const MutexLock lock(&mutex_);
    if (held_) return;
    State& state = states_[share->id];
    state.latest = issued->publication;
    state.storing = true;
    if (issued->entries > kLoadEntries) {
      const absl::Time now = absl::Now();
      const absl::Duration least =
          issued->entries > kBulkEntries ? kBulkRest : absl::ZeroDuration();
      state.rest_until = now + std::max(kRestFactor * (now - start), least);
    }
  }
  // Members first: what is stored only saves work at the next start.
  on_published_(issued->publication);
  Store(share->id, std::move(issued->transaction));
}

void Publisher::Store(const ShareId& id, storage::Transaction transaction) {
  // What is refused is made good by the next publication, which starts from
  // what is stored.
  writer_->Submit(std::move(transaction), [this, id](const absl::Status&) {
    const MutexLock lock(&mutex_);
    State& state = states_[id];
    state.storing = false;
    // Its tree can be read from a newer snapshot now.
    if (state.latest != nullptr && state.latest->tree == nullptr) tend_soon_ = true;
    changed_.SignalAll();
  });
}

void Publisher::Tend() {
  const std::shared_ptr<const storage::Reader> snapshot = database_->Snapshot();
  const absl::Time now = clock_->Now();
  std::vector<PublicationPtr> publications;
  {
    const MutexLock lock(&mutex_);
    for (const auto& [id, state] : states_) {
      if (state.latest != nullptr) publications.push_back(state.latest);
    }
  }
  for (const PublicationPtr& publication : publications) {
    const ShareId id = publication->key.share;
    const bool same = ShowsSame(*publication, *snapshot);
    const bool tree = same && ShowsTree(*publication, *snapshot);
    const MutexLock lock(&mutex_);
    State& state = states_[id];
    if (now - identity::FromTimestamp(publication->head.issued_at()) >= kHeadRenewal) {
      dirty_.insert(id);
    } else if (same && state.latest == publication) {
      auto renewed = std::make_shared<Publication>(*publication);
      renewed->snapshot = snapshot;
      if (tree) renewed->tree = snapshot;
      state.latest = std::move(renewed);
    }
  }
}

}  // namespace maillage::sharing

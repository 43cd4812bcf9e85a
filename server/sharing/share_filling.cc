// How shares are filled and emptied: one thread, and the steps it takes.
#include <utility>

#include "client/base/status_macros.h"
#include "server/sharing/shares.h"

namespace maillage::sharing {
namespace {

constexpr absl::Duration kRetryPause = absl::Seconds(30);

}  // namespace

void Shares::Start() {
  filler_thread_ = std::thread([this] { FillerLoop(); });
}

void Shares::Stop() {
  {
    const MutexLock lock(&filler_mutex_);
    stopping_ = true;
    filler_wake_.SignalAll();
  }
  if (filler_thread_.joinable()) filler_thread_.join();
}

void Shares::FillerLoop() {
  std::set<ShareId> emptied;
  while (true) {
    {
      const MutexLock lock(&filler_mutex_);
      while ((!filler_work_ || held_) && !stopping_) filler_wake_.Wait(&filler_mutex_);
      if (stopping_) return;
      filler_work_ = false;
    }
    if (const absl::Status anew = SignNow(); !anew.ok() && !stopping_) {
      on_error_(ShareId(), anew);
      const MutexLock lock(&filler_mutex_);
      filler_work_ = true;
      filler_wake_.WaitFor(&filler_mutex_, kRetryPause);
    }
    FillAll(&emptied);
  }
}

void Shares::FillAll(std::set<ShareId>* emptied) {
  for (OwnSharePtr share = NextToFill(*emptied); share != nullptr && !stopping_;
       share = NextToFill(*emptied)) {
    if (held_) return;
    if (share->stored.deleted()) emptied->insert(share->id);
    const absl::Status status = FillOne(*share);
    if (status.ok() || stopping_) continue;
    on_error_(share->id, status);
    const MutexLock lock(&filler_mutex_);
    if (!stopping_) filler_wake_.WaitFor(&filler_mutex_, kRetryPause);
  }
}

absl::Status Shares::SignNow() {
  return resigner_.Run([this](const ShareId& id) { return Republish(id); });
}

absl::Status Shares::Republish(const ShareId& id) {
  const MutexLock lock(&mutex_);
  const OwnSharePtr share = table_->Get()->Find(id);
  return Publish(share->stored, share->descriptor, "", "");
}

void Shares::WakeFiller() {
  const MutexLock lock(&filler_mutex_);
  filler_work_ = true;
  filler_wake_.SignalAll();
}

OwnSharePtr Shares::NextToFill(const std::set<ShareId>& emptied) const {
  const ShareSetPtr set = table_->Get();
  for (const auto& [id, share] : set->shares) {
    if (share->stored.filling()) return share;
    if (share->stored.deleted() && !emptied.contains(id)) return share;
  }
  return nullptr;
}

absl::Status Shares::FillOne(const OwnShare& share) {
  if (share.stored.deleted()) return filler_.Empty(share.id);
  const auto is_current = [&] {
    const OwnSharePtr now = table_->Get()->Find(share.id);
    return now->stored.filling() && now->stored.scope_version() == share.stored.scope_version();
  };
  RETURN_IF_ERROR(filler_.Fill(share.id, share.stored.scope_version(), is_current));
  const MutexLock lock(&mutex_);
  // A change of scope meanwhile begins anew; other changes of terms do not.
  if (!is_current()) return absl::OkStatus();
  v1::StoredOwnShare stored = table_->Get()->Find(share.id)->stored;
  stored.set_filling(false);
  return Store(std::move(stored), "", "");
}

}  // namespace maillage::sharing

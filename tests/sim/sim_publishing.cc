// What Publisher and Shares do on their threads, in virtual time.
#include <utility>

#include "tests/sim/sim_life.h"

namespace maillage::sim {
namespace {

constexpr absl::Duration kPublishPause = absl::Milliseconds(20);
constexpr absl::Duration kStorePause = absl::Milliseconds(300);
constexpr absl::Duration kFillPause = absl::Milliseconds(500);

}  // namespace

void SimNode::Renew() {
  std::set<ShareId> all;
  for (const auto& [id, publication] : life_->latest) all.insert(id);
  Refresh(all);
}

bool SimNode::IsBusy() const {
  if (life_ == nullptr) return false;
  return life_->publishing || life_->filling || life_->purging || !life_->storing.empty();
}

void SimNode::Refresh(const std::set<ShareId>& shares) {
  life_->dirty.insert(shares.begin(), shares.end());
  PublishLater();
}

void SimNode::PublishLater() {
  if (std::exchange(life_->publishing, true)) return;
  After(kPublishPause, [this] { PublishDue(); });
}

// As Publisher::PublishAll(): what is still being stored waits.
void SimNode::PublishDue() {
  Life& life = *life_;
  life.publishing = false;
  const std::shared_ptr<const storage::Reader> snapshot = life.database->Snapshot();
  const sharing::ShareSetPtr set = life.table.Get();
  std::set<ShareId> ready;
  for (const ShareId& id : life.dirty) {
    if (!life.storing.contains(id)) ready.insert(id);
  }
  for (const ShareId& id : ready) {
    life.dirty.erase(id);
    const sharing::OwnSharePtr share = set->Find(id);
    if (share != nullptr && share->IsServed()) {
      Publish(share, snapshot);
    } else {
      life.latest.erase(id);
    }
  }
}

void SimNode::Publish(const sharing::OwnSharePtr& share,
                      const std::shared_ptr<const storage::Reader>& snapshot) {
  Life& life = *life_;
  const auto last = life.latest.find(share->id);
  auto issued =
      sharing::Issue({id_, life.incarnation, &life.self->signer()}, share, snapshot,
                     last == life.latest.end() ? nullptr : &last->second->head, clock_.Now());
  if (!issued.ok()) return Check(issued.status(), "publishing");
  hooks_.published(issued->publication);
  life.issued.Note(issued->publication->head, issued->publication->signed_head.payload());
  life.latest[share->id] = issued->publication;
  life.streams->Published(issued->publication);
  StoreLater(share->id, std::move(issued->transaction));
}

void SimNode::StoreLater(const ShareId& id, storage::Transaction transaction) {
  life_->storing.insert(id);
  auto kept = std::make_shared<storage::Transaction>(std::move(transaction));
  After(kStorePause, [this, id, kept] {
    // Refused where another Head came first.
    (void)life_->writer->Commit(std::move(*kept));
    life_->storing.erase(id);
    if (!life_->dirty.empty()) PublishLater();
  });
}

void SimNode::FillLater() {
  if (std::exchange(life_->filling, true)) return;
  After(kFillPause, [this] { FillDue(); });
}

void SimNode::FillDue() {
  Life& life = *life_;
  life.filling = false;
  Check(life.shares->SignNow(), "signing anew");
  const sharing::ShareSetPtr set = life.table.Get();
  for (const auto& [id, share] : set->shares) {
    const bool empties = share->stored.deleted() && life.emptied.insert(id).second;
    if (!share->stored.filling() && !empties) continue;
    Check(life.shares->FillOne(*share), "filling");
    return FillLater();
  }
}

}  // namespace maillage::sim

#include "server/sharing/resigner.h"

#include <utility>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/sharing/share_log.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr char kSignerKey[] = "share-signer";
constexpr size_t kChunkErasures = 256;

absl::Status Stopped() {
  return Unavailable("STOPPING", "the node is stopping; signing goes on at its next start");
}

}  // namespace

absl::Status Resigner::Run(const Republish& republish) {
  while (!*stopping_) {
    const std::string key_id = identity::KeyIdOf(signer_->Get()->public_key());
    ASSIGN_OR_RETURN(const auto row, database_->latest().Get(Family::kMeta, kSignerKey));
    if (row == key_id) return absl::OkStatus();
    // The key may be replaced again meanwhile: then it is looked at again.
    RETURN_IF_ERROR(RunFor(key_id, republish));
  }
  return Stopped();
}

absl::Status Resigner::RunFor(const std::string& key_id, const Republish& republish) {
  // What the writer had under way with the old key is committed before this.
  RETURN_IF_ERROR(writer_->Commit({}));
  const ShareSetPtr set = shares_->Get();
  for (const auto& [id, share] : set->shares) {
    if (*stopping_) return Stopped();
    if (share->stored.share_descriptor().key_id() == key_id) continue;
    RETURN_IF_ERROR(republish(id));
  }
  for (const auto& [id, share] : set->shares) {
    if (share->TakesRecords()) RETURN_IF_ERROR(SignErasures(id));
  }
  storage::Transaction transaction;
  transaction.writes.Put(Family::kMeta, kSignerKey, key_id);
  return writer_->Commit(std::move(transaction));
}

absl::Status Resigner::SignErasures(const ShareId& share) {
  for (uint64_t after = 0;;) {
    if (*stopping_) return Stopped();
    ASSIGN_OR_RETURN(const std::set<RecordId> ids, NextErasures(share, &after));
    if (ids.empty()) return absl::OkStatus();
    storage::Transaction transaction;
    transaction.priority = storage::Priority::kBulk;
    for (const RecordId& id : ids) {
      transaction.changes.push_back({self_, id, nullptr, nullptr, /*erase=*/true});
    }
    RETURN_IF_ERROR(writer_->Commit(std::move(transaction)));
  }
}

absl::StatusOr<std::set<RecordId>> Resigner::NextErasures(const ShareId& share,
                                                          uint64_t* after) const {
  const std::string key = signer_->Get()->public_key();
  std::set<RecordId> ids;
  RETURN_IF_ERROR(
      ForEachEntry(database_->latest(), self_, share, *after, UINT64_MAX, [&](v1::Entry* entry) {
        *after = entry->seq();
        const RecordId id(entry->id());
        if (entry->kind() == v1::ENTRY_KIND_ERASE &&
            !identity::AreSigned(kEraseName, EraseBytes(self_, id, entry->seq()),
                                 entry->erase_signature(), {key})) {
          ids.insert(id);
        }
        return ids.size() < kChunkErasures;
      }));
  return ids;
}

}  // namespace maillage::sharing

// Faults planted in the plumbing of a simulation: each is one that sharing must
// never have, and that the oracle must find.
#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "server/sharing/purge_floor.h"
#include "server/sharing/share_log.h"
#include "server/sharing/shown_change.h"
#include "tests/sim/simulation.h"

namespace maillage::sim {
namespace {

using storage::Batch;
using storage::Family;
using Op = Batch::Op;

Batch Filtered(const Batch& batch, const std::function<bool(const Op&)>& keep) {
  Batch kept;
  for (const Op& op : batch.ops()) {
    if (!keep(op)) continue;
    if (op.kind == Batch::Kind::kPut) kept.Put(op.family, op.key, op.value);
    if (op.kind == Batch::Kind::kDelete) kept.Delete(op.family, op.key);
    if (op.kind == Batch::Kind::kMerge) kept.Merge(op.family, op.key, op.value);
  }
  return kept;
}

// The record left a share, and nobody is told.
Batch WithoutWithdraw(const NodeId& self, const Batch& batch) {
  bool withdraws = false;
  for (const Op& op : batch.ops()) {
    v1::Entry entry;
    withdraws =
        withdraws || (op.family == Family::kLog && op.kind == Batch::Kind::kPut &&
                      absl::StartsWith(op.key, self.bytes()) && entry.ParseFromString(op.value) &&
                      entry.kind() == v1::ENTRY_KIND_WITHDRAW && entry.view() > 0);
  }
  if (!withdraws) return batch;
  return Filtered(
      batch, [](const Op& op) { return op.family != Family::kLog && op.family != Family::kWhere; });
}

// An entry takes the number of the one before it.
Batch WithSeqAgain(const NodeId& self, const Batch& batch) {
  Batch again;
  for (const Op& op : batch.ops()) {
    v1::Entry entry;
    const bool own = op.family == Family::kLog && op.kind == Batch::Kind::kPut &&
                     absl::StartsWith(op.key, self.bytes());
    if (own && entry.ParseFromString(op.value) && entry.seq() > 1) {
      const ShareId share(absl::string_view(op.key).substr(NodeId::kSize));
      entry.set_seq(entry.seq() - 1);
      again.Put(Family::kLog, storage::LogKey(self, share, entry.seq()), entry.SerializeAsString());
      continue;
    }
    if (op.kind == Batch::Kind::kPut) again.Put(op.family, op.key, op.value);
    if (op.kind == Batch::Kind::kDelete) again.Delete(op.family, op.key);
    if (op.kind == Batch::Kind::kMerge) again.Merge(op.family, op.key, op.value);
  }
  return again;
}

Batch Copy(const Batch& batch) {
  return Filtered(batch, [](const Op&) { return true; });
}

// Floors rise as soon as there is a day behind them, whoever holds what.
Batch WithFloors(const NodeId& self, const Disk& disk, const Batch& batch) {
  Batch with = Copy(batch);
  const Rows& meta = disk.rows(Family::kMeta);
  const bool due = std::any_of(batch.ops().begin(), batch.ops().end(),
                               [](const Op& op) { return op.key == "floor-tick"; });
  for (auto it = meta.lower_bound("share-days/"); due && it != meta.end(); ++it) {
    absl::string_view id = it->first;
    if (!absl::ConsumePrefix(&id, "share-days/")) break;
    const uint64_t floor = sharing::DecodeDays(it->second)->back().seq;
    with.Put(Family::kMeta, sharing::FloorKey(ShareId(id)), sharing::EncodeSeq(floor));
    storage::Transaction stubs;
    sharing::OweStubs(self, ShareId(id), floor, &stubs);
    for (const Op& op : stubs.writes.ops()) with.Put(op.family, op.key, op.value);
  }
  return with;
}

// Who was once a member of a partner's share stays one for this node.
Batch WithFormerMembers(const NodeId& self, const Disk& disk, const Batch& batch) {
  Batch with;
  const Rows& heads = disk.rows(Family::kHeads);
  for (const Op& op : batch.ops()) {
    v1::StoredShare before;
    v1::StoredShare after;
    const auto row = heads.find(op.key);
    if (op.kind == Batch::Kind::kDelete) with.Delete(op.family, op.key);
    if (op.kind == Batch::Kind::kMerge) with.Merge(op.family, op.key, op.value);
    if (op.kind != Batch::Kind::kPut) continue;
    std::string value = op.value;
    if (op.family == Family::kHeads && NodeId(op.key) != self && row != heads.end() &&
        before.ParseFromString(row->second) && after.ParseFromString(value)) {
      v1::ShareDescriptor old;
      v1::ShareDescriptor now;
      old.ParseFromString(before.share_descriptor().payload());
      now.ParseFromString(after.share_descriptor().payload());
      if (now.members_size() < old.members_size()) {
        *after.mutable_share_descriptor() = before.share_descriptor();
        value = after.SerializeAsString();
      }
    }
    with.Put(op.family, op.key, value);
  }
  return with;
}

}  // namespace

void Simulation::PlantFault(size_t node) {
  const NodeId self = nodes_[node]->id();
  auto& spoil = nodes_[node]->disk().spoil;
  switch (options_.plant) {
    case Plant::kForgetWithdraw:
      spoil = [self](const Batch& batch) { return WithoutWithdraw(self, batch); };
      break;
    case Plant::kReuseSeq:
      spoil = [this, self](const Batch& batch) {
        return plant_random_.Chance(0.1) ? WithSeqAgain(self, batch) : batch;
      };
      break;
    case Plant::kSkipReceipt:
      spoil = [self, disk = &nodes_[node]->disk()](const Batch& batch) {
        return WithFloors(self, *disk, batch);
      };
      break;
    case Plant::kWrongFloor:
      spoil = [](const Batch& batch) {
        return Filtered(batch, [](const Op& op) {
          return op.family != Family::kMeta || !absl::StartsWith(op.key, "share-floor/");
        });
      };
      break;
    case Plant::kForgetRemoval:
      spoil = [self, disk = &nodes_[node]->disk()](const Batch& batch) {
        return WithFormerMembers(self, *disk, batch);
      };
      break;
    case Plant::kForgetHandled:
      spoil = [](const Batch& batch) {
        return Filtered(batch, [](const Op& op) {
          return op.family != Family::kInbox || !absl::StartsWith(op.value, "H");
        });
      };
      break;
    default:
      break;
  }
}

// Entries go into the rows as they come, before any Head is seen.
void Simulation::ApplyEarly(size_t to, size_t from, const v1::SyncMessage& message) {
  if (options_.plant != Plant::kApplyBeforeProof) return;
  if (message.has_run_start()) early_[message.run_start().run()] = message.run_start().share();
  if (!message.has_run_entries()) return;
  const ShareId share(early_[message.run_entries().run()]);
  const auto known = model_.shares.find(share);
  if (known == model_.shares.end()) return;
  const auto reader = ReaderOf(nodes_[to]->disk().families);
  storage::Transaction transaction;
  sharing::ShownChanges changes(*reader, nodes_[from]->id(), share, /*actors=*/true);
  for (const v1::Entry& entry : message.run_entries().entries()) {
    (void)changes.Set(RecordId(entry.id()), &entry, &transaction);
  }
  (void)nodes_[to]->writer().Commit(std::move(transaction));
}

}  // namespace maillage::sim

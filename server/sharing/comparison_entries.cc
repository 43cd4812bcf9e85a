// Records and stubs that a comparison fetches.
#include "client/base/status_macros.h"
#include "server/directory/shown.h"
#include "server/sharing/comparison.h"
#include "server/sharing/judging.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {

using storage::Family;

absl::StatusOr<bool> Comparison::IsLive(const RecordId& id) const {
  if (expected_.contains(id)) return true;
  if (extra_.contains(id)) return false;
  ASSIGN_OR_RETURN(const std::string row, LocalRow(kTreeDepth, TreePosition(id)));
  for (size_t at = 0; at + kLeafRowBytes <= row.size(); at += kLeafRowBytes) {
    if (absl::string_view(row).substr(at, RecordId::kSize) == id.bytes()) return true;
  }
  return false;
}

absl::Status Comparison::TakeEntry(v1::Entry* entry) {
  ++figures_.entries;
  held_bytes_ += entry->ByteSizeLong() + kEntryOverheadBytes;
  RecordId id;
  if (!RecordId::FromBytes(entry->id(), &id)) return Unproved("an entry has no id");
  RETURN_IF_ERROR(CheckContent(*entry));
  if (entry->seq() == 0 || entry->seq() > head_->seq()) {
    return Unproved("an entry is not of its Head");
  }
  RETURN_IF_ERROR(CheckEntry(received_, bench_, id, *entry));
  return entry->kind() == v1::ENTRY_KIND_PUT ? TakeRecord(id, entry) : TakeStub(id, entry);
}

absl::Status Comparison::TakeRecord(const RecordId& id, v1::Entry* entry) {
  if (awaited_.erase(id) == 0) return Unproved("it gives a record that was not asked for");
  if (LeafHash(*entry) != expected_[id]) return Unproved("a record is not the one in its tree");
  fetched_[id].Swap(entry);
  return absl::OkStatus();
}

absl::Status Comparison::TakeStub(const RecordId& id, v1::Entry* entry) {
  if (!stubs_asked_) return Unproved("it gives a stub that was not asked for");
  if (entry->seq() <= last_stub_) return Unproved("its stubs are out of order");
  last_stub_ = entry->seq();
  ASSIGN_OR_RETURN(const bool live, IsLive(id));
  if (live || stubs_.contains(id)) return Unproved("it withdraws a record that its tree has");
  ASSIGN_OR_RETURN(const bool known, HasStub(id, *entry));
  if (!known) stubs_[id].Swap(entry);
  return absl::OkStatus();
}

absl::StatusOr<bool> Comparison::HasStub(const RecordId& id, const v1::Entry& stub) {
  if (recount_.has_value() && recount_->unsound.contains(id)) return false;
  ASSIGN_OR_RETURN(const auto where,
                   reader_->Get(Family::kWhere, storage::WhereKey(bench_.origin, id, share_)));
  if (!where.has_value()) return false;
  const auto sighting = directory::DecodeSighting(share_, *where);
  if (!sighting.ok() || sighting->seq != stub.seq() || sighting->kind != stub.kind()) return false;
  held_bytes_ -= stub.ByteSizeLong() + kEntryOverheadBytes;
  return true;
}

}  // namespace maillage::sharing

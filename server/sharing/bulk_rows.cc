#include "server/sharing/bulk_rows.h"

#include <algorithm>
#include <utility>

#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/index_rows.h"
#include "server/storage/schema.h"

namespace maillage::sharing {
namespace {

using storage::Batch;
using storage::Family;

// Rows between two wanted ones that are rather read than jumped over.
constexpr int kReadOver = 32;
// Somebody else may take numbers in between.
constexpr int kReserveTries = 100;

}  // namespace

BulkRows::BulkRows(const storage::Database* database, storage::Writer* writer,
                   storage::Ingestion* ingestion, const Target& target, const Sizes& sizes)
    : database_(database),
      writer_(writer),
      ingestion_(ingestion),
      target_(target),
      sizes_(sizes),
      changes_(database->latest(), target.origin, target.share, target.actors) {}

absl::Status BulkRows::Set(const RecordId& id, v1::Entry entry) {
  pending_bytes_ += entry.payload().size();
  pending_.push_back({id, std::move(entry)});
  if (pending_.size() < sizes_.parsed_records && pending_bytes_ < sizes_.parsed_bytes) {
    return absl::OkStatus();
  }
  return DoPending();
}

absl::Status BulkRows::Finish() {
  RETURN_IF_ERROR(DoPending());
  RETURN_IF_ERROR(FlushLog());
  return FlushRows();
}

absl::Status BulkRows::DoPending() {
  ASSIGN_OR_RETURN(const Known known, ReadKnown());
  static const ShownChanges::Sightings kNone;
  const auto before = [&](const Pending& pending) -> const ShownChanges::Sightings& {
    const auto it = known.find(pending.id);
    return it == known.end() ? kNone : it->second;
  };
  const auto appears = [&](const Pending& pending) {
    return target_.actors && pending.entry.kind() == v1::ENTRY_KIND_PUT &&
           directory::WidestLive(before(pending)) == nullptr;
  };
  const auto count = std::count_if(pending_.begin(), pending_.end(), appears);
  ASSIGN_OR_RETURN(uint32_t next, Reserve(static_cast<uint32_t>(count)));
  // One after the other: what was parsed of one is let go before the next.
  for (const Pending& pending : pending_) {
    RETURN_IF_ERROR(DoOne(pending, before(pending), &next));
  }
  pending_.clear();
  pending_bytes_ = 0;
  if (log_.bytes() >= sizes_.log_bytes) RETURN_IF_ERROR(FlushLog());
  if (records_ < sizes_.file_records && rows_.bytes() < sizes_.file_bytes) {
    return absl::OkStatus();
  }
  return FlushRows();
}

// One pass over what is known of the origin, beside the records at hand.
absl::StatusOr<BulkRows::Known> BulkRows::ReadKnown() const {
  std::vector<RecordId> ids;
  for (const Pending& pending : pending_) ids.push_back(pending.id);
  std::sort(ids.begin(), ids.end());
  Known known;
  absl::Status bad;
  auto wanted = ids.begin();
  const std::string limit = storage::PrefixEnd(target_.origin.bytes());
  for (bool jumped = true; jumped && wanted != ids.end();) {
    jumped = false;
    int passed = 0;
    const auto visit = [&](absl::string_view key, absl::string_view value) {
      const RecordId id(key.substr(NodeId::kSize, RecordId::kSize));
      while (wanted != ids.end() && *wanted < id) ++wanted;
      if (wanted == ids.end()) return false;
      if (*wanted != id) {
        jumped = ++passed > kReadOver;
        return !jumped;
      }
      passed = 0;
      const ShareId share(key.substr(NodeId::kSize + RecordId::kSize));
      const auto sighting = directory::DecodeSighting(share, value);
      bad = sighting.status();
      if (bad.ok()) known[id].push_back(*sighting);
      return bad.ok();
    };
    RETURN_IF_ERROR(database_->latest().Scan(
        Family::kWhere, storage::WherePrefix(target_.origin, *wanted), limit, visit));
    RETURN_IF_ERROR(bad);
  }
  return known;
}

absl::Status BulkRows::AddWrites(Batch writes) {
  for (Batch::Op& op : writes.Release()) {
    if (op.family == Family::kLog && op.kind == Batch::Kind::kDelete) {
      replaced_.add(ReadU64(absl::string_view(op.key).substr(op.key.size() - 8)));
      gone_.Delete(op.family, std::move(op.key));
    } else if (op.family == Family::kLog) {
      log_.Put(op.family, std::move(op.key), std::move(op.value));
    } else if (op.kind == Batch::Kind::kDelete) {
      rows_.Delete(op.family, std::move(op.key));
    } else {
      rows_.Put(op.family, std::move(op.key), std::move(op.value));
    }
  }
  return absl::OkStatus();
}

absl::Status BulkRows::DoOne(const Pending& pending, const ShownChanges::Sightings& before,
                             uint32_t* next) {
  storage::Transaction transaction;
  const bool stays = pending.entry.kind() != v1::ENTRY_KIND_UNSPECIFIED;
  RETURN_IF_ERROR(
      changes_.SetFrom(before, pending.id, stays ? &pending.entry : nullptr, &transaction));
  RETURN_IF_ERROR(AddWrites(std::move(transaction.writes)));
  for (const storage::RecordChange& change : transaction.changes) {
    uint32_t ordinal = 0;
    if (change.before == nullptr) {
      ordinal = (*next)++;
    } else {
      ASSIGN_OR_RETURN(const auto row,
                       database_->latest().Get(Family::kOrdinals, storage::ReverseOrdinalKey(
                                                                      change.origin, change.id)));
      ASSIGN_OR_RETURN(ordinal, directory::DecodeOrdinal(row));
    }
    directory::AddIndexRows(change, directory::IndexChangeOf(target_.self, change), ordinal,
                            change.before == nullptr, &postings_, &rows_);
  }
  ++records_;
  return absl::OkStatus();
}

absl::StatusOr<uint32_t> BulkRows::Reserve(uint32_t count) {
  if (count == 0) return 0;
  absl::Status status;
  for (int tries = 0; tries < kReserveTries; ++tries) {
    ASSIGN_OR_RETURN(const auto row,
                     database_->latest().Get(Family::kMeta, directory::kNextOrdinalKey));
    const uint32_t next = directory::DecodeNextOrdinal(row);
    RETURN_IF_ERROR(directory::CheckOrdinalsLeft(next, count));
    std::string after;
    AppendU32(&after, next + count);
    storage::Transaction transaction;
    transaction.preconditions.push_back({Family::kMeta, directory::kNextOrdinalKey, row});
    transaction.writes.Put(Family::kMeta, directory::kNextOrdinalKey, std::move(after));
    status = writer_->Commit(std::move(transaction));
    if (status.ok()) return next;
    if (!absl::IsAborted(status)) return status;
  }
  return status;
}

absl::Status BulkRows::FlushLog() {
  if (!gone_.empty()) {
    RETURN_IF_ERROR(ingestion_->AddFirst(std::exchange(gone_, Batch())));
  }
  if (log_.empty()) return absl::OkStatus();
  return ingestion_->Add(std::exchange(log_, Batch()));
}

absl::Status BulkRows::FlushRows() {
  postings_.FlushTo(&rows_);
  records_ = 0;
  if (rows_.empty()) return absl::OkStatus();
  return ingestion_->Add(std::exchange(rows_, Batch()));
}

}  // namespace maillage::sharing

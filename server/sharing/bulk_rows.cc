#include "server/sharing/bulk_rows.h"

#include <algorithm>
#include <utility>

#include "client/base/encoding.h"
#include "client/base/status_macros.h"
#include "server/directory/index_rows.h"
#include "server/sharing/share_log.h"
#include "server/storage/schema.h"

namespace maillage::sharing {
namespace {

using storage::Batch;
using storage::Family;

// Rows between two wanted ones that are rather read than jumped over.
constexpr int kReadOver = 32;

}  // namespace

BulkRows::BulkRows(const storage::Database* database, storage::Writer* writer,
                   storage::Ingestion* ingestion, const Target& target, const Sizes& sizes)
    : database_(database),
      writer_(writer),
      ingestion_(ingestion),
      target_(target),
      sizes_(sizes),
      changes_(database->latest(), target.origin, target.share, target.actors),
      index_(target.self, target.origin) {}

// Rows may still be being made of what is here.
BulkRows::~BulkRows() { (void)ingestion_->Finish(); }

absl::Status BulkRows::Set(const RecordId& id, v1::Entry* entry) {
  Piece& to = piece();
  to.bytes += entry->payload().size();
  if (to.count == to.records.size()) to.records.emplace_back();
  Pending& pending = to.records[to.count++];
  pending.id = id;
  pending.entry.Swap(entry);
  pending.before.clear();
  const bool full = to.count >= sizes_.parsed_records || to.bytes >= sizes_.parsed_bytes;
  return full ? EndPiece() : absl::OkStatus();
}

absl::Status BulkRows::Finish() {
  RETURN_IF_ERROR(EndPiece());
  ingestion_->Make([this] {
    RETURN_IF_ERROR(FlushLog());
    return FlushRows();
  });
  return ingestion_->Finish();
}

absl::Status BulkRows::EndPiece() {
  Piece& done = piece();
  RETURN_IF_ERROR(ReadKnown(&done));
  const auto appears = [&](const Pending& pending) {
    return target_.actors && pending.entry.kind() == v1::ENTRY_KIND_PUT &&
           directory::WidestLive(pending.before) == nullptr;
  };
  const auto count = std::count_if(done.all().begin(), done.all().end(), appears);
  ASSIGN_OR_RETURN(done.next,
                   directory::ReserveOrdinals(*database_, writer_, static_cast<uint32_t>(count)));
  ingestion_->Make([this, &done] { return MakeRows(&done); });
  // The one before the last is made now, so that the third is free.
  at_ = (at_ + 1) % kPieces;
  piece().count = 0;
  piece().bytes = 0;
  return absl::OkStatus();
}

// One pass over what is known of the origin, beside the records at hand.
absl::Status BulkRows::ReadKnown(Piece* piece) const {
  std::vector<Pending*> records;
  records.reserve(piece->count);
  for (Pending& pending : piece->all()) records.push_back(&pending);
  std::sort(records.begin(), records.end(),
            [](const Pending* a, const Pending* b) { return a->id < b->id; });
  absl::Status bad;
  auto wanted = records.begin();
  const std::string limit = storage::PrefixEnd(target_.origin.bytes());
  for (bool jumped = true; jumped && wanted != records.end();) {
    jumped = false;
    int passed = 0;
    const auto visit = [&](absl::string_view key, absl::string_view value) {
      const RecordId id(key.substr(NodeId::kSize, RecordId::kSize));
      while (wanted != records.end() && (*wanted)->id < id) ++wanted;
      if (wanted == records.end()) return false;
      if ((*wanted)->id != id) {
        jumped = ++passed > kReadOver;
        return !jumped;
      }
      passed = 0;
      const ShareId share(key.substr(NodeId::kSize + RecordId::kSize));
      const auto sighting = directory::DecodeSighting(share, value);
      bad = sighting.status();
      if (bad.ok()) (*wanted)->before.push_back(*sighting);
      return bad.ok();
    };
    RETURN_IF_ERROR(database_->latest().Scan(
        Family::kWhere, storage::WherePrefix(target_.origin, (*wanted)->id), limit, visit));
    RETURN_IF_ERROR(bad);
  }
  return absl::OkStatus();
}

// One after the other: what was parsed of one is let go before the next.
absl::Status BulkRows::MakeRows(Piece* piece) {
  uint32_t next = piece->next;
  for (const Pending& pending : piece->all()) RETURN_IF_ERROR(DoOne(pending, &next));
  AddWrites(std::exchange(piece->further, Batch()));
  if (log_.bytes() >= sizes_.log_bytes) RETURN_IF_ERROR(FlushLog());
  if (records_ < sizes_.file_records && rows_.bytes() < sizes_.file_bytes) {
    return absl::OkStatus();
  }
  return FlushRows();
}

void BulkRows::AddWrites(const Batch& writes) {
  for (const Batch::Op& op : writes.ops()) {
    if (op.family == Family::kLog && op.kind == Batch::Kind::kDelete) {
      replaced_.add(ReadU64(absl::string_view(op.key).substr(op.key.size() - 8)));
      gone_.Delete(op.family, op.key);
    } else if (op.family == Family::kLog) {
      log_.Put(op.family, op.key, op.value);
    } else if (op.kind == Batch::Kind::kDelete) {
      rows_.Delete(op.family, op.key);
    } else {
      rows_.Put(op.family, op.key, op.value);
    }
  }
}

absl::Status BulkRows::DoOne(const Pending& pending, uint32_t* next) {
  ++records_;
  const v1::EntryKind kind = pending.entry.kind();
  if (target_.actors && pending.before.empty() && kind == v1::ENTRY_KIND_PUT) {
    return DoNew(pending, (*next)++);
  }
  storage::Transaction transaction;
  const bool stays = kind != v1::ENTRY_KIND_UNSPECIFIED;
  RETURN_IF_ERROR(
      changes_.SetFrom(pending.before, pending.id, stays ? &pending.entry : nullptr, &transaction));
  AddWrites(transaction.writes);
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
                            change.before == nullptr, index_.postings(), &rows_);
  }
  return absl::OkStatus();
}

absl::Status BulkRows::DoNew(const Pending& pending, uint32_t ordinal) {
  const auto& [self, origin, share, actors] = target_;
  RETURN_IF_ERROR(ReadPayload(origin, pending.entry, &actor_));
  pending.entry.SerializeToString(&bytes_);
  log_.Put(Family::kLog, storage::LogKey(origin, share, pending.entry.seq()), bytes_);
  rows_.Put(Family::kWhere, storage::WhereKey(origin, pending.id, share),
            directory::EncodeSighting(SightingOf(share, pending.entry)));
  index_.Add(pending.id, actor_, ordinal, &rows_);
  return absl::OkStatus();
}

absl::Status BulkRows::FlushLog() {
  if (!gone_.empty()) {
    RETURN_IF_ERROR(ingestion_->AddFirst(gone_.Release()));
  }
  if (log_.empty()) return absl::OkStatus();
  return ingestion_->Add(log_.Release());
}

absl::Status BulkRows::FlushRows() {
  index_.FlushTo(&rows_);
  records_ = 0;
  if (rows_.empty()) return absl::OkStatus();
  return ingestion_->Add(rows_.Release());
}

}  // namespace maillage::sharing

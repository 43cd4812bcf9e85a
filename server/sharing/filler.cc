#include "server/sharing/filler.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/mutex.h"
#include "client/base/status_macros.h"
#include "maillage/v1/stored.pb.h"
#include "server/directory/directory.h"
#include "server/sharing/share_log.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr size_t kChunkRecords = 256;
constexpr size_t kChunkBytes = 1 << 20;
constexpr size_t kChunksPerRound = 16;
constexpr size_t kEmptyRows = 1000;
// A record that changes faster than it can be looked at.
constexpr int kMaxRepeats = 100;

std::string PositionKey(const ShareId& share) { return absl::StrCat("share-fill/", share.bytes()); }

absl::Status Stopped() {
  return Unavailable("STOPPING", "the node is stopping; filling goes on at its next start");
}

}  // namespace

absl::Status Filler::Fill(const ShareId& share, uint64_t scope_version,
                          const std::function<bool()>& is_current) {
  ASSIGN_OR_RETURN(std::string after, ReadPosition(share, scope_version));
  const std::shared_ptr<const storage::Reader> snapshot = database_->Snapshot();
  std::string position;
  AppendU64(&position, scope_version);
  while (!*stopping_) {
    if (!is_current()) return absl::OkStatus();
    std::vector<Chunk> round;
    RETURN_IF_ERROR(ReadRound(*snapshot, after, &round));
    if (round.empty()) return KeepPosition(share, "");
    CommitRound(&round);
    for (const Chunk& chunk : round) {
      if (absl::IsAborted(chunk.status)) {
        RETURN_IF_ERROR(Repeat(chunk.ids));
      } else {
        RETURN_IF_ERROR(chunk.status);
      }
    }
    after = std::string(round.back().ids.back().bytes());
    RETURN_IF_ERROR(KeepPosition(share, position + after));
  }
  return Stopped();
}

absl::StatusOr<std::string> Filler::ReadPosition(const ShareId& share,
                                                 uint64_t scope_version) const {
  ASSIGN_OR_RETURN(const auto row, database_->latest().Get(Family::kMeta, PositionKey(share)));
  // What was looked at for another scope says nothing about this one.
  if (!row.has_value() || row->size() != 8 + RecordId::kSize || ReadU64(*row) != scope_version) {
    return std::string();
  }
  return row->substr(8);
}

absl::Status Filler::ReadRound(const storage::Reader& reader, const std::string& after,
                               std::vector<Chunk>* round) const {
  size_t bytes = 0;
  absl::Status bad;
  const std::string first = after.empty() ? after : absl::StrCat(after, std::string(1, '\0'));
  RETURN_IF_ERROR(
      reader.Scan(Family::kActors, first, "", [&](absl::string_view key, absl::string_view row) {
        if (round->empty() || round->back().ids.size() == kChunkRecords || bytes > kChunkBytes) {
          if (round->size() == kChunksPerRound) return false;
          round->emplace_back();
          bytes = 0;
        }
        bytes += row.size();
        bad = AddRecord(key, row, &round->back());
        return bad.ok();
      }));
  return bad;
}

absl::Status Filler::AddRecord(absl::string_view key, absl::string_view row, Chunk* chunk) const {
  const RecordId id(key);
  ASSIGN_OR_RETURN(const auto actor, directory::ParseOwnRow(self_, id, row));
  chunk->ids.push_back(id);
  chunk->transaction.priority = storage::Priority::kBulk;
  chunk->transaction.preconditions.push_back({Family::kActors, std::string(key), std::string(row)});
  chunk->transaction.changes.push_back({self_, id, actor, actor});
  return absl::OkStatus();
}

void Filler::CommitRound(std::vector<Chunk>* round) {
  Mutex mutex;
  CondVar done;
  size_t waiting = round->size();
  for (Chunk& chunk : *round) {
    writer_->Submit(std::move(chunk.transaction), [&, target = &chunk](absl::Status status) {
      const MutexLock lock(&mutex);
      target->status = std::move(status);
      if (--waiting == 0) done.Signal();
    });
  }
  const MutexLock lock(&mutex);
  while (waiting > 0) done.Wait(&mutex);
}

absl::Status Filler::Repeat(const std::vector<RecordId>& ids) {
  for (const RecordId& id : ids) {
    absl::Status status = absl::AbortedError("");
    for (int i = 0; i < kMaxRepeats && absl::IsAborted(status); ++i) {
      if (*stopping_) return Stopped();
      const std::string key = storage::ActorKey(id);
      ASSIGN_OR_RETURN(const auto row, database_->latest().Get(Family::kActors, key));
      // Deleted meanwhile: its stages knew of the share.
      if (!row.has_value()) {
        status = absl::OkStatus();
        break;
      }
      Chunk chunk;
      RETURN_IF_ERROR(AddRecord(key, *row, &chunk));
      status = writer_->Commit(std::move(chunk.transaction));
    }
    RETURN_IF_ERROR(status);
  }
  return absl::OkStatus();
}

absl::Status Filler::KeepPosition(const ShareId& share, const std::string& position) {
  storage::Transaction transaction;
  if (position.empty()) {
    transaction.writes.Delete(Family::kMeta, PositionKey(share));
  } else {
    transaction.writes.Put(Family::kMeta, PositionKey(share), position);
  }
  return writer_->Commit(std::move(transaction));
}

absl::Status Filler::Empty(const ShareId& share) {
  for (bool more = true; more;) {
    if (*stopping_) return Stopped();
    ASSIGN_OR_RETURN(more, EmptySome(share));
  }
  return absl::OkStatus();
}

absl::StatusOr<bool> Filler::EmptySome(const ShareId& share) {
  const storage::Reader& reader = database_->latest();
  storage::Transaction transaction;
  transaction.priority = storage::Priority::kBulk;
  size_t rows = 0;
  RETURN_IF_ERROR(ForEachEntry(reader, self_, share, 0, UINT64_MAX, [&](v1::Entry* entry) {
    transaction.writes.Delete(Family::kLog, storage::LogKey(self_, share, entry->seq()));
    transaction.writes.Delete(Family::kWhere,
                              storage::WhereKey(self_, RecordId(entry->id()), share));
    return ++rows < kEmptyRows;
  }));
  const bool more = rows == kEmptyRows;
  if (!more) {
    // The row stays, without a Head, so that none that is late on its way to the
    // disk finds the share as it was.
    const std::string key = storage::HeadKey(self_, share);
    ASSIGN_OR_RETURN(const auto head, reader.Get(Family::kHeads, key));
    v1::StoredShare closed;
    closed.set_dropping(true);
    RETURN_IF_ERROR(DeleteTree(reader, self_, share, &transaction.writes));
    transaction.writes.Delete(Family::kMeta, PositionKey(share));
    transaction.preconditions.push_back({Family::kHeads, key, head});
    transaction.writes.Put(Family::kHeads, key, closed.SerializeAsString());
  }
  const absl::Status status = writer_->Commit(std::move(transaction));
  if (absl::IsAborted(status)) return true;
  RETURN_IF_ERROR(status);
  return more;
}

}  // namespace maillage::sharing

// The rows of many records at once, made ready on the side: what the commit
// stages and ShownChanges write one by one.
#ifndef SERVER_SHARING_BULK_ROWS_H_
#define SERVER_SHARING_BULK_ROWS_H_

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/sync.pb.h"
#include "roaring/roaring64map.hh"
#include "server/directory/bulk_index.h"
#include "server/sharing/shown_change.h"
#include "server/storage/database.h"
#include "server/storage/packed_rows.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Not thread safe; rows are made on the ingestion's thread. While it is used nobody else may change
// what is known of the origin's records. Errors are those of ShownChanges, of the disk, and
// RESOURCE_EXHAUSTED (NO_ORDINALS).
class BulkRows {
 public:
  // How much is done at once; by default as much as 64 MB of memory bear.
  struct Sizes {
    // For which local numbers are reserved together.
    size_t parsed_records = 4'000;
    size_t parsed_bytes = 4 << 20;
    // What goes into one file: rows of the log, and records in other families.
    size_t log_bytes = 8 << 20;
    size_t file_records = 25'000;
    size_t file_bytes = 16 << 20;
  };
  struct Target {
    NodeId self;
    NodeId origin;
    ShareId share;
    bool actors = true;  // false: a link, whose messages show nothing
  };

  // Local numbers are reserved through the writer, the rest goes to `ingestion`.
  BulkRows(const storage::Database* database, storage::Writer* writer,
           storage::Ingestion* ingestion, const Target& target, const Sizes& sizes);
  ~BulkRows();
  BulkRows(const BulkRows&) = delete;
  BulkRows& operator=(const BulkRows&) = delete;

  // The newest entry of a record, each record once; kind unspecified: the share
  // no longer knows it. Takes the entry, and leaves another whose memory can be used
  // again.
  absl::Status Set(const RecordId& id, v1::Entry* entry);
  // Further rows.
  storage::Batch* rows() { return &piece().further; }
  // Hands over what is left, and waits until all is made.
  absl::Status Finish();

  // Entries that the share had of records that were set, by seq; after Finish().
  const Roaring64Map& replaced() const { return replaced_; }

 private:
  using Sightings = ShownChanges::Sightings;
  struct Pending {
    RecordId id;
    v1::Entry entry;
    Sightings before;
  };
  // Records that wait for their rows: the first `count` of `records`, where the
  // others are kept for their memory.
  struct Piece {
    std::vector<Pending> records;
    size_t count = 0;
    size_t bytes = 0;
    storage::Batch further;
    uint32_t next = 0;  // first number reserved for those that are new here

    absl::Span<Pending> all() { return {records.data(), count}; }
  };
  // One is filled, one waits, and of one the rows are made.
  static constexpr size_t kPieces = 3;

  Piece& piece() { return pieces_[at_]; }
  // Hands a piece over and begins another.
  absl::Status EndPiece();
  absl::Status ReadKnown(Piece* piece) const;

  // On the ingestion's thread.
  absl::Status MakeRows(Piece* piece);
  void AddWrites(const storage::Batch& writes);
  absl::Status DoOne(const Pending& pending, uint32_t* next);
  // Most records of a bootstrap: nothing was known of them.
  absl::Status DoNew(const Pending& pending, uint32_t ordinal);
  absl::Status FlushLog();
  absl::Status FlushRows();

  const storage::Database* const database_;
  storage::Writer* const writer_;
  storage::Ingestion* const ingestion_;
  const Target target_;
  const Sizes sizes_;
  std::array<Piece, kPieces> pieces_;
  size_t at_ = 0;

  // The ingestion's thread alone, until it has finished.
  ShownChanges changes_;
  v1::Actor actor_;           // kept for its memory,
  std::string bytes_;         // ... as this is
  storage::PackedRows log_;   // puts, in order of seq
  storage::PackedRows gone_;  // deletions of log rows, which go before all puts
  storage::PackedRows rows_;
  directory::BulkIndex index_;
  size_t records_ = 0;  // in rows_ and index_
  Roaring64Map replaced_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_BULK_ROWS_H_

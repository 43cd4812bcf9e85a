// The rows of many records at once, made ready on the side: what the commit
// stages and ShownChanges write one by one.
#ifndef SERVER_SHARING_BULK_ROWS_H_
#define SERVER_SHARING_BULK_ROWS_H_

#include <cstdint>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "roaring/roaring64map.hh"
#include "server/sharing/shown_change.h"
#include "server/storage/database.h"
#include "server/storage/postings.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Not thread safe. While it is used nobody else may change what is known of the
// origin's records. Errors are those of ShownChanges, of the disk, and
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

  // The newest entry of a record, each record once; kind unspecified: the share
  // no longer knows it.
  absl::Status Set(const RecordId& id, v1::Entry entry);
  // Further rows.
  storage::Batch* rows() { return &rows_; }
  // Hands over what is left.
  absl::Status Finish();

  // Entries that the share had of records that were set so far, by seq.
  const Roaring64Map& replaced() const { return replaced_; }

 private:
  struct Pending {
    RecordId id;
    v1::Entry entry;
  };
  using Known = std::map<RecordId, ShownChanges::Sightings>;

  absl::Status DoPending();
  absl::StatusOr<Known> ReadKnown() const;
  absl::Status AddWrites(storage::Batch writes);
  // `next` is the first reserved number, and goes on.
  absl::Status DoOne(const Pending& pending, const ShownChanges::Sightings& before, uint32_t* next);
  absl::StatusOr<uint32_t> Reserve(uint32_t count);
  absl::Status FlushLog();
  absl::Status FlushRows();

  const storage::Database* const database_;
  storage::Writer* const writer_;
  storage::Ingestion* const ingestion_;
  const Target target_;
  const Sizes sizes_;
  ShownChanges changes_;
  std::vector<Pending> pending_;
  size_t pending_bytes_ = 0;
  storage::Batch log_;   // puts, in order of seq
  storage::Batch gone_;  // deletions of log rows, which go before all puts
  storage::Batch rows_;
  storage::PostingDelta postings_;
  size_t records_ = 0;  // in rows_ and postings_
  Roaring64Map replaced_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_BULK_ROWS_H_

// The node's RocksDB. No other room includes RocksDB.
#ifndef SERVER_STORAGE_DATABASE_H_
#define SERVER_STORAGE_DATABASE_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/storage/batch.h"
#include "server/storage/folder.h"
#include "server/storage/ingestion.h"
#include "server/storage/reader.h"

namespace maillage::storage {

struct DatabaseOptions {
  std::string path;
  // Keeps everything in memory; for tests.
  bool in_memory = false;
  // LZ4; off where a test looks for bytes in the files.
  bool compress = true;
  // Folder of what is on its way into the database, on the same disk; empty: the
  // path with "-staging" after it.
  std::string staging = {};
};

// Rows with first <= key < limit (empty: to the end).
struct KeyRange {
  Family family;
  std::string first;
  std::string limit;
};

// Thread safe.
class Database {
 public:
  // Opens or creates. FAILED_PRECONDITION (NEWER_SCHEMA) where the data was
  // written by a newer version, (DATABASE_IN_USE) where another process has it.
  static absl::StatusOr<std::unique_ptr<Database>> Open(const DatabaseOptions& options);
  ~Database();

  // The state as of now; cheap. It keeps old rows alive, so let it go.
  // Must not outlive the database.
  std::shared_ptr<const Reader> Snapshot() const;
  // Reads the newest state, row by row.
  const Reader& latest() const;

  // Applies a batch at once; with `sync` it is durable on return. Only the
  // Writer calls this.
  absl::Status Apply(const Batch& batch, bool sync);

  // Where the database stands; rises with every change. For Purge().
  uint64_t Mark() const;
  // Rewrites the files of these ranges, so that what was deleted or replaced
  // there up to `mark` is in none of them any more: rows, the log of writes, and
  // the files' own bounds. Takes long, in the background of everything else.
  // UNAVAILABLE (PINNED) while a snapshot from before `mark` is held.
  absl::Status Purge(const std::vector<KeyRange>& ranges, uint64_t mark) const;

  // Files of large changes that are not in the database yet. What an ingestion
  // left there is swept when the database is opened; spools stay.
  Folder& staging() const;
  // The database must outlive it. UNAVAILABLE (DATABASE_IO).
  absl::StatusOr<std::shared_ptr<Ingestion>> StartIngestion() const;
  // Takes a finished one, all or nothing, durable on return. Only the Writer
  // calls this.
  absl::Status Ingest(Ingestion* ingestion);

 private:
  friend class Backups;  // copies the files under it
  struct Impl;
  explicit Database(std::unique_ptr<Impl> impl);
  absl::Status RenewManifest() const;
  const std::unique_ptr<Impl> impl_;
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_DATABASE_H_

// Backups of a database in a folder, each whole, sharing the files that did not
// change since the ones before.
//
// The folder is RocksDB's (private/, shared_checksum/, meta/). The metadata of
// a backup is schema version(4) and then `about`, which this room does not read.
#ifndef SERVER_STORAGE_BACKUP_H_
#define SERVER_STORAGE_BACKUP_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/storage/database.h"

namespace maillage::storage {

struct Backup {
  uint32_t number = 0;  // rises with each backup of the folder
  absl::Time time;
  uint64_t bytes = 0;  // of its files, those that it shares too
  uint32_t files = 0;
  uint32_t schema_version = 0;
  std::string about;
};

// The backups in one folder. Holds nothing open; one call at a time a folder.
// Errors of all calls: RESOURCE_EXHAUSTED (NO_SPACE), DATA_LOSS
// (BACKUP_DAMAGED), UNAVAILABLE (BACKUP_IO).
class Backups {
 public:
  // Called now and then with how many bytes were read so far.
  using OnProgress = std::function<void(uint64_t bytes)>;

  explicit Backups(std::string folder) : folder_(std::move(folder)) {}

  // Adds a backup of the database as it is, while it is used, and reads it back
  // to see that it is whole; what is not is removed again. Makes the folder
  // (0700) where it is missing. FAILED_PRECONDITION (NOT_EMPTY) where it holds
  // something else, NOT_FOUND (NO_FOLDER) where it has no place.
  absl::StatusOr<Backup> Make(const Database& database, const std::string& about,
                              const OnProgress& on_progress) const;
  // Leaves the newest `keep`.
  absl::Status Purge(uint32_t keep) const;

  // Oldest first; none where the folder is missing or empty.
  // FAILED_PRECONDITION (NOT_A_BACKUP).
  absl::StatusOr<std::vector<Backup>> List() const;

  // Puts a backup into `target`, which is missing or empty; every file is
  // checked. FAILED_PRECONDITION: NOT_A_BACKUP, NOT_EMPTY, NEWER_SCHEMA;
  // NOT_FOUND (NO_SUCH_BACKUP). After an error `target` is to be thrown away.
  absl::Status Restore(uint32_t number, const std::string& target) const;

 private:
  absl::Status MakeFolder() const;

  const std::string folder_;
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_BACKUP_H_

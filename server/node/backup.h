// Backups of a node: its database, its configuration, and whose they are. Never
// its keys.
#ifndef SERVER_NODE_BACKUP_H_
#define SERVER_NODE_BACKUP_H_

#include <atomic>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/identity/self.h"
#include "server/node/boot_stamp.h"
#include "server/storage/backup.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::node {

// Thread safe.
class NodeBackup {
 public:
  // All must outlive it.
  NodeBackup(std::string dir, const identity::Self* self, const storage::Database* database,
             storage::Writer* writer);

  // Makes one in `folder`, then leaves the newest `keep` (0: all); `who` is for
  // the audit. Returns what
  // the folder holds, the new one last. INVALID_ARGUMENT (BAD_FOLDER),
  // FAILED_PRECONDITION (OTHER_NODES_BACKUPS, BACKUP_RUNS), or as Backups::Make().
  absl::StatusOr<std::vector<storage::Backup>> Make(const std::string& folder, uint32_t keep,
                                                    const std::string& who) const;

 private:
  absl::Status CheckFolder(const std::string& folder) const;
  absl::StatusOr<std::string> About() const;

  const std::string dir_;
  const identity::Self* const self_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  const BootStamp stamp_;
  mutable std::atomic<bool> runs_ = false;
};

}  // namespace maillage::node

#endif  // SERVER_NODE_BACKUP_H_

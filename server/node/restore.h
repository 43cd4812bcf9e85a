// Putting a backup in place.
#ifndef SERVER_NODE_RESTORE_H_
#define SERVER_NODE_RESTORE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "server/storage/backup.h"

namespace maillage::node {

struct Restored {
  storage::Backup backup;
  // Where the database is that it replaced; empty: there was none.
  std::string moved_to;
};

// Puts backup `number` (0: the newest) of the folder `from` in the place of the
// database of the home DIR, whole or not at all. The keys, node.toml, boot stamp
// and erase.log of DIR stay; node.toml comes from the backup where it is
// missing. The next start recovers. FAILED_PRECONDITION: HOME_IN_USE, NO_KEYS
// (the keys are not in the backup), OTHER_NODES_BACKUP, or as Backups::Restore().
absl::StatusOr<Restored> RestoreNode(const std::string& dir, const std::string& from,
                                     uint32_t number, const Clock& clock);

}  // namespace maillage::node

#endif  // SERVER_NODE_RESTORE_H_

// DIR, the home of a node:
//
//   node.toml    configuration
//   keys/        see server/identity/keys.h
//   db/          the database
//   erase.log    who was erased: see server/sharing/erase_log.h
//   boot-stamp   which database it ran with last: see boot_stamp.h
//   db.before-restore-TIME/   the database that a restore replaced
//   lock         held by the process that runs the node; its id inside
//   admin.sock   while the node runs
#ifndef SERVER_NODE_HOME_H_
#define SERVER_NODE_HOME_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/node/config.h"

namespace maillage::node {

std::string ConfigPath(const std::string& dir);
std::string DatabasePath(const std::string& dir);
std::string EraseLogPath(const std::string& dir);
std::string AdminSocketPath(const std::string& dir, const Config& config);

// Keeps other processes off a home for as long as it lives.
class HomeLock {
 public:
  // NOT_FOUND (NO_HOME) where DIR has no node.toml, FAILED_PRECONDITION
  // (HOME_IN_USE), UNAVAILABLE (FILE_ERROR).
  static absl::StatusOr<std::unique_ptr<HomeLock>> Take(const std::string& dir);
  ~HomeLock();
  HomeLock(const HomeLock&) = delete;
  HomeLock& operator=(const HomeLock&) = delete;

 private:
  explicit HomeLock(int fd) : fd_(fd) {}
  const int fd_;
};

}  // namespace maillage::node

#endif  // SERVER_NODE_HOME_H_

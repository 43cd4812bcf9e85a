#include "server/node/home.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/files.h"

namespace maillage::node {

std::string ConfigPath(const std::string& dir) { return absl::StrCat(dir, "/node.toml"); }
std::string DatabasePath(const std::string& dir) { return absl::StrCat(dir, "/db"); }

std::string EraseLogPath(const std::string& dir) { return absl::StrCat(dir, "/erase.log"); }

std::string AdminSocketPath(const std::string& dir, const Config& config) {
  return (std::filesystem::path(dir) / config.admin_socket).string();
}

absl::StatusOr<std::unique_ptr<HomeLock>> HomeLock::Take(const std::string& dir) {
  if (access(ConfigPath(dir).c_str(), F_OK) != 0) {
    return NotFound("NO_HOME", absl::StrCat(dir, " is no home of a node: it has no node.toml"),
                    "Make one with: maillage node init --dir DIR ...");
  }
  const std::string path = absl::StrCat(dir, "/lock");
  const int fd = open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) {
    return Unavailable("FILE_ERROR", absl::StrCat("cannot open ", path, ": ", strerror(errno)));
  }
  auto lock = std::unique_ptr<HomeLock>(new HomeLock(fd));
  if (flock(fd, LOCK_EX | LOCK_NB) != 0) {
    const auto holder = identity::ReadFile(path);
    return FailedPrecondition(
        "HOME_IN_USE",
        absl::StrCat("another process runs the node of ", dir, ": ",
                     holder.ok() ? absl::StripAsciiWhitespace(*holder) : "unknown"),
        "Stop it first.");
  }
  const std::string holder = absl::StrCat("process ", getpid(), "\n");
  if (ftruncate(fd, 0) != 0 ||
      pwrite(fd, holder.data(), holder.size(), 0) != static_cast<ssize_t>(holder.size())) {
    return Unavailable("FILE_ERROR", absl::StrCat("cannot write ", path, ": ", strerror(errno)));
  }
  return lock;
}

HomeLock::~HomeLock() { close(fd_); }

}  // namespace maillage::node

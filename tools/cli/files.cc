#include "tools/cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"

namespace maillage::cli {
namespace {

absl::Status Failure(absl::string_view reason, absl::string_view path) {
  return Unavailable(reason, absl::StrCat(path, ": ", std::strerror(errno)));
}

}  // namespace

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  std::ostringstream content;
  if (path == "-") {
    content << std::cin.rdbuf();
    return content.str();
  }
  std::ifstream file(path, std::ios::binary);
  if (!file) return NotFound("NO_FILE", absl::StrCat(path, ": ", std::strerror(errno)));
  content << file.rdbuf();
  if (file.bad() || content.bad()) return Failure("FILE_UNREADABLE", path);
  return content.str();
}

absl::Status WriteNewFile(const std::string& path, absl::string_view content, Secrecy secrecy) {
  const mode_t mode = secrecy == Secrecy::kSecret ? 0600 : 0644;
  const int fd = open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, mode);
  if (fd < 0 && errno == EEXIST) {
    return Error(absl::StatusCode::kAlreadyExists, "FILE_EXISTS",
                 absl::StrCat(path, " is there already"), "Move it away, or choose another place.");
  }
  if (fd < 0) return Failure("FILE_UNWRITABLE", path);
  const ssize_t written = write(fd, content.data(), content.size());
  const bool synced = fsync(fd) == 0;
  if (close(fd) != 0 || !synced || written != static_cast<ssize_t>(content.size())) {
    return Failure("FILE_UNWRITABLE", path);
  }
  return absl::OkStatus();
}

}  // namespace maillage::cli

#include "tools/cli/files.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
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

bool WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
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
  const bool written = WriteAll(fd, content);
  const bool synced = fsync(fd) == 0;
  if (close(fd) != 0 || !synced || !written) return Failure("FILE_UNWRITABLE", path);
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<FileInPlace>> FileInPlace::Open(const std::string& path) {
  const std::string beside = path + ".part";
  const int fd = open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return Failure("FILE_UNWRITABLE", beside);
  return std::unique_ptr<FileInPlace>(new FileInPlace(path, fd));
}

FileInPlace::~FileInPlace() {
  if (fd_ < 0) return;
  close(fd_);
  unlink(beside().c_str());
}

absl::Status FileInPlace::Write(absl::string_view bytes) {
  return WriteAll(fd_, bytes) ? absl::OkStatus() : Failure("FILE_UNWRITABLE", path_);
}

absl::Status FileInPlace::Close() {
  const bool synced = fsync(fd_) == 0;
  const bool closed = close(std::exchange(fd_, -1)) == 0;
  if (synced && closed && rename(beside().c_str(), path_.c_str()) == 0) return absl::OkStatus();
  absl::Status failure = Failure("FILE_UNWRITABLE", path_);
  unlink(beside().c_str());
  return failure;
}

}  // namespace maillage::cli

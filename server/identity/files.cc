#include "server/identity/files.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::identity {
namespace {

absl::Status FileError(absl::string_view verb, const std::string& path) {
  const int error = errno;
  if (error == ENOENT) {
    return NotFound("NO_FILE", absl::StrCat("cannot ", verb, " ", path, ": there is none"));
  }
  return Unavailable("FILE_ERROR",
                     absl::StrCat("cannot ", verb, " ", path, ": ", std::strerror(error)));
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ >= 0) close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return fd_; }

 private:
  const int fd_;
};

absl::Status WriteAll(int fd, absl::string_view content, const std::string& path) {
  while (!content.empty()) {
    const ssize_t written = write(fd, content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return FileError("write", path);
    content.remove_prefix(static_cast<size_t>(written));
  }
  if (fsync(fd) != 0) return FileError("sync", path);
  return absl::OkStatus();
}

absl::StatusOr<std::string> ReadAll(int fd, const std::string& path) {
  std::string content;
  char buffer[4096];
  while (true) {
    const ssize_t got = read(fd, buffer, sizeof(buffer));
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return FileError("read", path);
    if (got == 0) return content;
    content.append(buffer, static_cast<size_t>(got));
  }
}

}  // namespace

absl::Status MakeDirectory(const std::string& path, mode_t mode) {
  if (mkdir(path.c_str(), mode) == 0) return absl::OkStatus();
  if (errno == EEXIST) return FailedPrecondition("EXISTS", absl::StrCat(path, " exists already"));
  return FileError("make", path);
}

absl::Status WriteFileAtomically(const std::string& path, absl::string_view content, mode_t mode) {
  const std::string temporary = absl::StrCat(path, ".tmp");
  unlink(temporary.c_str());
  {
    const Descriptor file(
        open(temporary.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode));
    if (file.get() < 0) return FileError("create", temporary);
    if (const absl::Status status = WriteAll(file.get(), content, temporary); !status.ok()) {
      unlink(temporary.c_str());
      return status;
    }
  }
  if (rename(temporary.c_str(), path.c_str()) != 0) return FileError("rename", temporary);
  return SyncDirectory(std::filesystem::path(path).parent_path());
}

absl::Status AppendToFile(const std::string& path, absl::string_view content, mode_t mode) {
  const Descriptor file(
      open(path.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW, mode));
  if (file.get() < 0) return FileError("open", path);
  RETURN_IF_ERROR(WriteAll(file.get(), content, path));
  return SyncDirectory(std::filesystem::path(path).parent_path());
}

absl::StatusOr<std::string> ReadFile(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.get() < 0) return FileError("open", path);
  return ReadAll(file.get(), path);
}

absl::StatusOr<std::string> ReadPrivateFile(const std::string& path) {
  const Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC));
  struct stat about;
  if (file.get() < 0 || fstat(file.get(), &about) != 0) return FileError("open", path);
  if ((about.st_mode & 077) != 0) {
    return FailedPrecondition("FILE_NOT_PRIVATE",
                              absl::StrCat(path, " can be read by others than its owner"),
                              absl::StrCat("Run: chmod 600 ", path));
  }
  return ReadAll(file.get(), path);
}

absl::Status SyncDirectory(const std::string& path) {
  const Descriptor directory(
      open(path.empty() ? "." : path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (directory.get() < 0 || fsync(directory.get()) != 0) return FileError("sync", path);
  return absl::OkStatus();
}

}  // namespace maillage::identity

// Files that commands read and write whole.
#ifndef TOOLS_CLI_FILES_H_
#define TOOLS_CLI_FILES_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::cli {

// The content of a file, or of standard input for "-". NOT_FOUND (NO_FILE),
// or UNAVAILABLE (FILE_UNREADABLE).
absl::StatusOr<std::string> ReadFile(const std::string& path);

// Makes a new file; ALREADY_EXISTS (FILE_EXISTS) where there is one, else
// UNAVAILABLE (FILE_UNWRITABLE). A secret one can be read by its owner alone,
// from its first byte on.
enum class Secrecy { kPublic, kSecret };
absl::Status WriteNewFile(const std::string& path, absl::string_view content, Secrecy secrecy);

// A file that stands in its place only once it is whole: it is written beside and
// moved there. Replaces what was there. Not thread safe.
class FileInPlace {
 public:
  // UNAVAILABLE (FILE_UNWRITABLE), for all methods.
  static absl::StatusOr<std::unique_ptr<FileInPlace>> Open(const std::string& path);
  // Without Close nothing stays.
  ~FileInPlace();
  absl::Status Write(absl::string_view bytes);
  absl::Status Close();

 private:
  FileInPlace(std::string path, int fd) : path_(std::move(path)), fd_(fd) {}
  std::string beside() const { return path_ + ".part"; }

  const std::string path_;
  int fd_;  // -1: closed
};

}  // namespace maillage::cli

#endif  // TOOLS_CLI_FILES_H_

// Files that commands read and write whole.
#ifndef TOOLS_CLI_FILES_H_
#define TOOLS_CLI_FILES_H_

#include <string>

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

}  // namespace maillage::cli

#endif  // TOOLS_CLI_FILES_H_

// Small files that must be whole and, where they hold secrets, private.
#ifndef SERVER_IDENTITY_FILES_H_
#define SERVER_IDENTITY_FILES_H_

#include <sys/types.h>

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::identity {

// Makes a directory with that mode. FAILED_PRECONDITION (EXISTS) where there is
// something of that name, UNAVAILABLE (FILE_ERROR) for what the system refuses.
absl::Status MakeDirectory(const std::string& path, mode_t mode);

// Writes to a temporary file beside `path`, syncs and renames it: after a crash
// there is the old content or the new. UNAVAILABLE (FILE_ERROR).
absl::Status WriteFileAtomically(const std::string& path, absl::string_view content, mode_t mode);

// Adds to the end of a file, which it makes where there is none; durable on
// return. UNAVAILABLE (FILE_ERROR), after which a part may have been written.
absl::Status AppendToFile(const std::string& path, absl::string_view content, mode_t mode);

// NOT_FOUND (NO_FILE), UNAVAILABLE (FILE_ERROR).
absl::StatusOr<std::string> ReadFile(const std::string& path);

// As ReadFile; FAILED_PRECONDITION (FILE_NOT_PRIVATE) where group or others may
// do anything with the file.
absl::StatusOr<std::string> ReadPrivateFile(const std::string& path);

// Makes entries of a directory durable.
absl::Status SyncDirectory(const std::string& path);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_FILES_H_

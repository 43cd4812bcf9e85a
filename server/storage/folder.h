// The staging folder: files beside the database that are on their way into it.
#ifndef SERVER_STORAGE_FOLDER_H_
#define SERVER_STORAGE_FOLDER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::storage {

// Names are without a path. On the disk, or with the database in memory; the
// simulator has one that lives through its crashes. A file is used by one thread
// at a time. Errors are UNAVAILABLE (DATABASE_IO).
class Folder {
 public:
  virtual ~Folder() = default;
  virtual absl::StatusOr<std::vector<std::string>> List() const = 0;
  // Makes the file where there is none. Not synced: what a failing machine
  // loses is asked for again.
  virtual absl::Status Append(const std::string& name, absl::string_view bytes) = 0;
  // Fewer than `count` bytes at the end of the file, none where there is none.
  virtual absl::StatusOr<std::string> Read(const std::string& name, uint64_t offset,
                                           size_t count) const = 0;
  virtual absl::Status Cut(const std::string& name, uint64_t size) = 0;
  // Fine where there is none.
  virtual absl::Status Remove(const std::string& name) = 0;
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_FOLDER_H_

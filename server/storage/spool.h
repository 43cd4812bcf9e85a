// A spool: parts of something large, kept in a file of the staging folder until
// it is whole. It outlives a kill: opened again, it tells how far it is whole.
//
//   file   "MAILSPL1" frame(label) frame(part)*
//   frame  length(4) CRC-32C of the bytes(4) bytes
//
// What follows the last whole frame was torn by a kill, and is cut.
#ifndef SERVER_STORAGE_SPOOL_H_
#define SERVER_STORAGE_SPOOL_H_

#include <cstdint>
#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/storage/folder.h"

namespace maillage::storage {

// How a file is called that is to outlive the process: what else is in the staging
// folder is swept when the database is opened.
inline constexpr absl::string_view kSpoolSuffix = ".spool";

// Parts are written in pieces of a size like this.
inline constexpr size_t kMaxPartBytes = 8 << 20;

// Not thread safe. Errors are those of the folder.
class Spool {
 public:
  // A new one in place of what has the name. `label` says what it belongs to;
  // this room does not read it. The folder must outlive the spool.
  static absl::StatusOr<std::unique_ptr<Spool>> Create(Folder* folder, const std::string& name,
                                                       absl::string_view label);
  // Cuts a torn tail. NOT_FOUND (NO_SPOOL) where the file is none, or has lost
  // its label.
  static absl::StatusOr<std::unique_ptr<Spool>> Open(Folder* folder, const std::string& name);

  const std::string& label() const { return label_; }
  const std::string& name() const { return name_; }
  // Of the file.
  uint64_t bytes() const { return end_; }

  // At most kMaxPartBytes.
  absl::Status Append(absl::string_view part);
  // Visits the parts in order, until `visit` returns an error, which it returns.
  using Visitor = absl::FunctionRef<absl::Status(absl::string_view part)>;
  absl::Status ForEach(Visitor visit) const;

  // Reads part by part, for merging several spools.
  class Cursor {
   public:
    explicit Cursor(const Spool* spool) : spool_(spool), at_(spool->first_part_) {}
    // False at the end.
    absl::StatusOr<bool> Next(std::string* part);

   private:
    const Spool* spool_;
    uint64_t at_;
  };

  absl::Status Remove() { return folder_->Remove(name_); }

 private:
  Spool(Folder* folder, std::string name) : folder_(folder), name_(std::move(name)) {}
  // The frame at an offset; false where there is no whole one.
  absl::StatusOr<bool> ReadFrame(uint64_t at, std::string* bytes) const;

  Folder* const folder_;
  const std::string name_;
  std::string label_;
  uint64_t first_part_ = 0;
  uint64_t end_ = 0;
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_SPOOL_H_

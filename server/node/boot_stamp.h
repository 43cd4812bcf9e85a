// DIR/boot-stamp: whether the database is the one that this home ran with last.
//
// The same 16 random bytes stand in the file, which no backup holds, and in the
// meta row "boot-stamp". They change at each start and after each backup, so a
// database that was put back from anywhere carries a stamp of the past.
//
//   maillage-boot-stamp 1
//   stamp BASE32          one line each for the stamps that the row may have:
//                         two while it changes; nothing behind it: no row
//   restored SENTENCE     after `node restore`, until the next start
//
// A change goes file {old, new}, row new, file {new}; a crash between any two of
// them leaves a row that the file knows.
#ifndef SERVER_NODE_BOOT_STAMP_H_
#define SERVER_NODE_BOOT_STAMP_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::node {

// Meta row of the stamp.
inline constexpr char kStampRow[] = "boot-stamp";

struct StampFile {
  std::vector<std::string> stamps;  // 16 bytes each; empty: no row
  std::string restored;             // a sentence; empty: not restored
};
std::string EncodeStamp(const StampFile& file);
// DATA_LOSS (BAD_STAMP).
absl::StatusOr<StampFile> DecodeStamp(absl::string_view text);

// What is to be written, in this order, to change the stamp.
struct StampChange {
  // Why the node must recover; empty: the database is the right one.
  std::string why;
  StampFile first;
  std::string row;
  StampFile last;
};
// `database_is_empty`: it has no rows, though the home has keys. Pure.
StampChange PlanStamp(const std::optional<StampFile>& file, const std::optional<std::string>& row,
                      bool database_is_empty, std::string next);

// The stamp of a home. One call at a time.
class BootStamp {
 public:
  // Adds what must be durable together with the new stamp where the node has to
  // recover; the sentence says why.
  using OnMismatch =
      std::function<absl::Status(const std::string& why, storage::Transaction* transaction)>;

  explicit BootStamp(const std::string& dir);

  // At a start, before anything is published.
  absl::Status Renew(const storage::Reader& reader, bool database_is_empty, storage::Writer* writer,
                     const OnMismatch& on_mismatch) const;
  // After a backup, and for a home that is being made; `who` and `what` are for
  // the audit. FAILED_PRECONDITION (STAMP_CHANGED).
  absl::Status Change(const storage::Reader& reader, storage::Writer* writer,
                      const std::string& who, const std::string& what) const;
  // A backup was put in place: the next start recovers, whatever the row says.
  absl::Status NoteRestored(const std::string& sentence) const;

 private:
  absl::Status Renew(const storage::Reader& reader, bool database_is_empty,
                     storage::Transaction transaction, storage::Writer* writer,
                     const OnMismatch& on_mismatch) const;
  absl::StatusOr<std::optional<StampFile>> Read() const;
  absl::Status Write(const StampFile& file) const;

  const std::string path_;
};

}  // namespace maillage::node

#endif  // SERVER_NODE_BOOT_STAMP_H_

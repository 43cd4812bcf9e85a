// DIR/erase.log: which records were erased here, outside of the database, so that
// no restore brings them back.
//
//   maillage-erase-log 1
//   MS UUID TAGS CHECK        a line an erasure
//
// MS is the time in milliseconds since 1970, UUID the record's, TAGS the tags of
// its e-mail addresses and telephone numbers, and of a person's import keys that tell
// it from namesakes (directory/gates.h), in hexadecimal, joined by commas
// (- for none), CHECK the first 8 hexadecimal digits of SHA-256(the line before
// the last blank). A tag is HMAC-SHA-256(key, normalised address or import key), with the key in
// DIR/keys/tag.key, which stays at this node: without it a tag says nothing.
//
// A line is written and synced before the record is removed, so the log may name
// a record that is still there; it is erased at the next start then. A last line
// that is not ended was torn by a crash, before its record was touched: it is cut.
#ifndef SERVER_SHARING_ERASE_LOG_H_
#define SERVER_SHARING_ERASE_LOG_H_

#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::sharing {

// Reads the key under which addresses are tagged; makes one where there is none.
// DATA_LOSS (BAD_KEY_FILE), FAILED_PRECONDITION (FILE_NOT_PRIVATE).
absl::StatusOr<std::string> LoadTagKey(const std::string& path);

// Thread safe.
class EraseLog {
 public:
  struct Line {
    absl::Time time;
    RecordId id;
    std::vector<std::string> tags;  // 32 bytes each
  };

  // Reads the log at `path`; none is an empty one. DATA_LOSS (ERASE_LOG_DAMAGED)
  // names the line.
  static absl::StatusOr<std::unique_ptr<EraseLog>> Open(const std::string& path, std::string key);

  // Durable on return. UNAVAILABLE (FILE_ERROR).
  absl::Status Append(absl::Time time, const RecordId& id, const v1::Actor& actor);
  // In the order in which they were erased.
  std::vector<Line> Lines() const;
  bool Has(const RecordId& id) const;
  // Whether a record with this normalised address, number or import key was erased
  // here.
  bool Contains(absl::string_view address) const;

 private:
  EraseLog(std::string path, std::string key) : path_(std::move(path)), key_(std::move(key)) {}
  absl::Status Parse(absl::string_view content) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Add(Line line) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::string path_;
  const std::string key_;
  mutable Mutex mutex_;
  std::vector<Line> lines_ ABSL_GUARDED_BY(mutex_);
  std::set<std::string> tags_ ABSL_GUARDED_BY(mutex_);
  std::set<RecordId> ids_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_ERASE_LOG_H_

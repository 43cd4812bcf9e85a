// Erasing own records everywhere, and how each erasure stands.
//
//   objects  nodes/{node}/erasures/{uuid}   Erasure without members
//   meta     "erasure-due/" id(16)          empty: its bytes may still be in files
#ifndef SERVER_SHARING_ERASURES_H_
#define SERVER_SHARING_ERASURES_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "maillage/v1/erasure_service.pb.h"
#include "server/sharing/caretaker.h"
#include "server/sharing/erase_log.h"
#include "server/sharing/own_share.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Thread safe.
class Erasures {
 public:
  // All must outlive it.
  struct Parts {
    NodeId self;
    const storage::Database* database;
    storage::Writer* writer;
    const ShareTable* shares;
    EraseLog* log;
    Caretaker* caretaker;
    const Clock* clock;
    std::function<std::string(const NodeId&)> alias_of;
  };
  explicit Erasures(Parts parts) : parts_(std::move(parts)) {}

  // Called after each erasure: lets go of what else tells of the record, and says
  // where it stood. Set once, before the node is open to others.
  void OnErased(std::function<absl::StatusOr<storage::KeyRange>()> done) {
    done_ = std::move(done);
  }

  // Erases an own record: noted in the log, removed, told to every share that
  // ever had it. `who` is for the audit. NOT_FOUND (NO_ACTOR), INVALID_ARGUMENT
  // (NO_REASON), UNAVAILABLE (FILE_ERROR), and then the record is still there.
  absl::StatusOr<v1::Erasure> Erase(const RecordId& id, absl::string_view why,
                                    absl::string_view who);
  // Erases again what a crash left or a restore brought back. Before the node is
  // open to others.
  absl::Status Replay();
  // Erases a record again that a partner's stub names, where it is there; it is
  // noted in the log, as that may have been lost too.
  absl::Status EraseAgain(const RecordId& id);
  // What was erased before `time` is gone from the files.
  absl::Status Purged(absl::Time time);

  // By its name, the actor's, or the UUID. NOT_FOUND (NO_SUCH_ERASURE).
  absl::StatusOr<v1::Erasure> Get(absl::string_view name) const;
  absl::StatusOr<std::vector<v1::Erasure>> List() const;

 private:
  std::string NameOf(const RecordId& id) const;
  absl::StatusOr<storage::Transaction> Removal(const RecordId& id, const std::string& row,
                                               const v1::Erasure& erasure) const;
  std::vector<storage::KeyRange> RangesOf(const storage::Transaction& transaction) const;
  absl::Status EraseOnce(const RecordId& id, const std::string& row, const v1::Erasure& erasure);
  absl::Status Repeat(const RecordId& id, const std::string& row, const std::string& why);
  absl::StatusOr<v1::Erasure> Read(const std::string& name) const;
  // Fills members and done.
  absl::Status Judge(v1::Erasure* erasure) const;
  absl::Status JudgeShare(const OwnShare& share, uint64_t seq, v1::Erasure* erasure) const;

  const Parts parts_;
  std::function<absl::StatusOr<storage::KeyRange>()> done_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_ERASURES_H_

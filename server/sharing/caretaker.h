// Looks after what is gone: has files purged of what was removed, gives the
// receipts that say so, raises purge floors and removes old stubs.
#ifndef SERVER_SHARING_CARETAKER_H_
#define SERVER_SHARING_CARETAKER_H_

#include <atomic>
#include <functional>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/mutex.h"
#include "server/sharing/purge_floor.h"
#include "server/sharing/receipts.h"
#include "server/storage/database.h"
#include "server/storage/purge_list.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Whether a record is shown no more, or by a narrower view.
bool ShowsLess(const storage::Transaction& transaction);

// The rows that a transaction leaves nothing of, the logs they stood in, and the
// rows of the index that name whom it removes or shows less of.
std::vector<storage::KeyRange> RemovedRanges(const NodeId& self,
                                             const storage::Transaction& transaction);

// All rows that may hold something of a record.
std::vector<storage::KeyRange> AllRanges();

class Caretaker {
 public:
  // All must outlive it.
  struct Parts {
    const storage::Database* database;
    const ReceiptGiver* giver;
    FloorKeeper* floors;
    const Clock* clock;
    // Lets go of snapshots that are no longer needed.
    std::function<void()> release_snapshots;
    // Called after a purge with the time before which all that was removed is gone.
    std::function<absl::Status(absl::Time)> on_purged;
  };
  explicit Caretaker(Parts parts) : parts_(std::move(parts)) {}

  // These rows were removed, and these receipts are owed for it: both are durable.
  // Thread safe.
  void Removed(const std::vector<storage::KeyRange>& ranges, std::vector<DueReceipt> owed = {});
  // Anything may have been. Thread safe.
  void RemovedAnything();
  // Called then. Before others know of it.
  void SetWake(std::function<void()> wake) { wake_ = std::move(wake); }
  // Whether something waits for a purge. Thread safe.
  bool HasRemoved() const;

  // The rest is one call at a time.

  // What a stop interrupted: all files are purged then.
  absl::Status Load();
  // Purges what was removed, then gives the receipts that were owed by then.
  // UNAVAILABLE (PINNED) where it has to wait; nothing is forgotten.
  absl::Status Purge();
  // Daily receipts, floors and stubs, each where it is due.
  absl::Status Tend(const std::atomic<bool>& stopping);

 private:
  struct Round {
    std::vector<storage::KeyRange> ranges;
    uint64_t mark = 0;
    absl::Time time;
    std::vector<DueReceipt> owed;
  };
  void BeginRound();

  const Parts parts_;
  std::function<void()> wake_;
  mutable Mutex mutex_;
  storage::PurgeList removed_ ABSL_GUARDED_BY(mutex_);
  std::vector<DueReceipt> owed_ ABSL_GUARDED_BY(mutex_);
  std::atomic<bool> in_round_ = false;
  Round round_;
};

// Does it all on a thread of its own.
class CaretakerThread {
 public:
  // `pause`: what is removed within it is purged together.
  CaretakerThread(Caretaker* caretaker, absl::Duration pause,
                  std::function<void(const absl::Status&)> on_error);
  ~CaretakerThread() { Stop(); }
  void Start();
  void Stop();

 private:
  void Run();
  // False: stop.
  bool WaitFor(absl::Duration longest, bool for_work);
  absl::Duration Work();

  Caretaker* const caretaker_;
  const absl::Duration pause_;
  const std::function<void(const absl::Status&)> on_error_;
  std::atomic<bool> stopping_ = false;
  Mutex mutex_;
  CondVar wake_;
  bool work_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_CARETAKER_H_

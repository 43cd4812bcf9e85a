// The purge floor: up to which seq an own share's stubs of withdrawals are gone
// for good, and what it is worked out from.
//
//   meta "share-days/" SHARE        (day(4) seq(8))*: seq at the first publication of
//                                   each unix day, oldest first, the newest 401
//   meta "share-floor/" SHARE       seq(8)
//   meta "stubs-due/" NODE SHARE    seq(8): stubs up to here are still to be removed,
//                                   of own and received shares
//   meta "floor-tick"               ms(8): when floors were looked at last
#ifndef SERVER_SHARING_PURGE_FLOOR_H_
#define SERVER_SHARING_PURGE_FLOOR_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "server/sharing/own_share.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

struct DayMark {
  uint32_t day = 0;
  uint64_t seq = 0;
};

std::string DaysKey(const ShareId& share);
std::string FloorKey(const ShareId& share);
std::string EncodeDays(const std::vector<DayMark>& marks);
// DATA_LOSS (BAD_ROW).
absl::StatusOr<std::vector<DayMark>> DecodeDays(const std::optional<std::string>& row);

// Adds a mark for the day of `now` unless it has one; true where it had none.
// Marks of days to come, which a clock that was ahead made, go.
bool NoteDay(absl::Time now, uint64_t seq, std::vector<DayMark>* marks);

// Up to where every member needs no stub: all that is older than 30 days and
// that all hold (`receipted`), and all that is older than 400 days.
uint64_t FloorFrom(const std::vector<DayMark>& marks, absl::Time now, uint64_t receipted);

// Adds that stubs up to `floor` are to be removed.
void OweStubs(const NodeId& origin, const ShareId& share, uint64_t floor,
              storage::Transaction* transaction);

// Raises floors and removes stubs. One call at a time.
class FloorKeeper {
 public:
  // `republish` is told which shares have another floor. The pointers must
  // outlive it.
  FloorKeeper(const NodeId& self, const storage::Database* database, storage::Writer* writer,
              const ShareTable* shares, std::function<void(const std::set<ShareId>&)> republish)
      : self_(self),
        database_(database),
        writer_(writer),
        shares_(shares),
        republish_(std::move(republish)) {}

  // Once a day; not after the clock jumped by more than two days.
  absl::Status Tick(absl::Time now);
  // Removes the stubs that are to go, in bounded transactions. `stopping` is
  // looked at in between.
  absl::Status RemoveStubs(const std::atomic<bool>& stopping);

 private:
  // Adds the removal of some stubs; returns up to where.
  absl::StatusOr<uint64_t> AddStubs(const NodeId& origin, const ShareId& share, uint64_t after,
                                    uint64_t floor, storage::Transaction* transaction) const;
  // A message that was handled, withdrawn and is below the floor comes no more.
  absl::Status ForgetHandled(const NodeId& origin, const RecordId& id,
                             storage::Transaction* transaction) const;
  absl::StatusOr<bool> IsDue(absl::Time now);
  // Up to where all who may hold the share hold it for sure.
  absl::StatusOr<uint64_t> Receipted(const OwnShare& share) const;
  absl::StatusOr<bool> Raise(const OwnShare& share, absl::Time now);
  absl::Status RemoveStubsOf(const NodeId& origin, const ShareId& share, uint64_t floor,
                             const std::atomic<bool>& stopping);

  const NodeId self_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  const ShareTable* const shares_;
  const std::function<void(const std::set<ShareId>&)> republish_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_PURGE_FLOOR_H_

// The commit stage that keeps the history of own actors.
#ifndef SERVER_DIRECTORY_HISTORY_STAGE_H_
#define SERVER_DIRECTORY_HISTORY_STAGE_H_

#include <memory>

#include "client/base/clock.h"
#include "client/base/ids.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::directory {

// Writes what an own record was before each change. The creation by an import
// gets no row, for the record says where it came from: millions of rows cost
// nothing. When a record goes, so does its history, unless the change can be
// undone; an erasure removes the rows itself, to purge them from the files.
class HistoryStage : public storage::CommitStage {
 public:
  // `stored` and `clock` must outlive it.
  HistoryStage(const NodeId& self, const storage::Reader* stored, const Clock* clock)
      : self_(self), stored_(stored), clock_(clock) {}

  absl::StatusOr<std::unique_ptr<Prepared>> Prepare(
      const storage::Transaction& transaction) const override;
  absl::Status Commit(const storage::Transaction& transaction, const Prepared* prepared,
                      storage::Group* group) override;

 private:
  struct Work;
  absl::Status Look(const storage::Transaction& transaction, const storage::RecordChange& change,
                    Work* work) const;

  const NodeId self_;
  const storage::Reader* const stored_;
  const Clock* const clock_;
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_HISTORY_STAGE_H_

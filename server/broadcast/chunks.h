// Batches of rows that are committed as they fill up: for changes that are large
// and may be cut off between two batches.
#ifndef SERVER_BROADCAST_CHUNKS_H_
#define SERVER_BROADCAST_CHUNKS_H_

#include <cstddef>
#include <utility>

#include "absl/status/status.h"
#include "server/storage/writer.h"

namespace maillage::broadcast {

// Not thread safe.
class Chunks {
 public:
  Chunks(storage::Writer* writer, storage::Priority priority)
      : writer_(writer), priority_(priority) {}
  storage::Batch* batch() { return &transaction_.writes; }
  absl::Status MaybeCommit() {
    return transaction_.writes.ops().size() < kRowsPerCommit ? absl::OkStatus() : Commit();
  }
  absl::Status Commit() {
    storage::Transaction full = std::exchange(transaction_, {});
    full.priority = priority_;
    return full.writes.empty() ? absl::OkStatus() : writer_->Commit(std::move(full));
  }

 private:
  static constexpr size_t kRowsPerCommit = 500;

  storage::Writer* const writer_;
  const storage::Priority priority_;
  storage::Transaction transaction_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CHUNKS_H_

// Fills a new share with the records that are there, and empties the log of a
// deleted one: in chunks, in bounded memory, resumed after a restart.
#ifndef SERVER_SHARING_FILLER_H_
#define SERVER_SHARING_FILLER_H_

#include <atomic>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Used on one thread.
class Filler {
 public:
  // The pointers must outlive the filler.
  Filler(const NodeId& self, const storage::Database* database, storage::Writer* writer,
         const std::atomic<bool>* stopping)
      : self_(self), database_(database), writer_(writer), stopping_(stopping) {}

  // Has the stages look again at every own record, for the share's scope of that
  // version. Where it got to is kept in meta row "share-fill/" SHARE: version(8)
  // id(16). Ends early where `is_current` says that the scope changed again.
  // UNAVAILABLE where it was stopped.
  absl::Status Fill(const ShareId& share, uint64_t scope_version,
                    const std::function<bool()>& is_current);
  // Removes all rows of an own share's log, where and tree.
  absl::Status Empty(const ShareId& share);

 private:
  struct Chunk {
    storage::Transaction transaction;
    std::vector<RecordId> ids;
    absl::Status status;
  };

  // Reads the next chunks; fewer than a round at the end.
  absl::Status ReadRound(const storage::Reader& reader, const std::string& after,
                         std::vector<Chunk>* round) const;
  absl::Status AddRecord(absl::string_view key, absl::string_view row, Chunk* chunk) const;
  void CommitRound(std::vector<Chunk>* round);
  // Looks at records again, one by one, that were changed meanwhile.
  absl::Status Repeat(const std::vector<RecordId>& ids);
  // Removes a part; true where there may be more.
  absl::StatusOr<bool> EmptySome(const ShareId& share);
  // The last record that was looked at for this version; empty: none.
  absl::StatusOr<std::string> ReadPosition(const ShareId& share, uint64_t scope_version) const;
  absl::Status KeepPosition(const ShareId& share, const std::string& position);

  const NodeId self_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  const std::atomic<bool>* const stopping_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_FILLER_H_

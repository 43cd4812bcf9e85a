// What is staged of large runs, of all shares: where to go on after a cut or a
// kill.
#ifndef SERVER_SHARING_STAGED_RUNS_H_
#define SERVER_SHARING_STAGED_RUNS_H_

#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "client/base/ids.h"
#include "server/sharing/incoming_run.h"
#include "server/sharing/staged_run.h"
#include "server/sharing/work.h"
#include "server/storage/folder.h"

namespace maillage::sharing {

// Not thread safe. The folder must outlive it.
class StagedRuns {
 public:
  explicit StagedRuns(storage::Folder* folder) : folder_(folder) {}

  // Opens what a stop left; what cannot be read goes.
  void Load();
  // Stages a part. INVALID_ARGUMENT (WRONG_FROM) where what comes before it is not
  // there; errors of the folder.
  absl::Status Add(StagedPart part);
  // What is staged of the share before the rest of `run`, which is added to it;
  // null where the run is whole in memory.
  absl::StatusOr<StagedRun*> Complete(const IncomingRun& run);
  // What is staged of a share, on top of what is proved of it up to `proved`; null
  // for nothing. What is on top of something else goes.
  const StagedRun* Find(const NodeId& origin, const ShareId& share, const Incarnation& incarnation,
                        uint64_t proved);
  // What is staged goes.
  void Remove(const NodeId& origin, const ShareId& share);

 private:
  using Key = std::pair<NodeId, ShareId>;
  storage::Folder* const folder_;
  bool loaded_ = false;
  std::map<Key, std::unique_ptr<StagedRun>> runs_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_STAGED_RUNS_H_

// What a partner's copy of an own share tells a node that lost its newest state:
// proves the run and turns it into transactions. A core: no threads, no clock.
#ifndef SERVER_SHARING_RECOVERED_RUN_H_
#define SERVER_SHARING_RECOVERED_RUN_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/incoming_run.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// What the judge knows beside the database.
struct RecoveryBench {
  NodeId self;
  std::vector<std::string> own_keys;  // that may have signed
  NodeId from;
  // Adds to a transaction that people are asked whether to take what a partner
  // holds of a record; and that they are asked no more, as it was erased.
  std::function<absl::Status(const NodeId& from, const RecordId& id, const v1::Actor& actor,
                             storage::Transaction* transaction)>
      suggest;
  std::function<absl::Status(const RecordId& id, storage::Transaction* transaction)> unsuggest;
  // Whether the record was erased for good; null: only stubs tell.
  std::function<bool(const RecordId&)> is_erased;
};

// Whether the run makes what this node signed. INVALID_ARGUMENT: as
// identity::OpenSigned(); WRONG_HEAD, WRONG_FROM, ROOT_MISMATCH (a run after the
// stored Head of a log that has forked does not fit: it is to be asked for from 0).
absl::Status ProveRecoveredRun(const storage::Reader& reader, const RecoveryBench& bench,
                               const IncomingRun& run, const v1::Signed& signed_head);

// The change that some of its entries bring. What the partner holds and this node
// lacks, or holds older or otherwise, is suggested. What had left the share since
// its revision here stays out of it until somebody changes it. What was erased is
// named, to be erased again; its stub is kept.
struct RecoveredPart {
  storage::Transaction transaction;
  uint64_t suggestions = 0;
  uint64_t withdrawn = 0;
  std::vector<RecordId> erased;  // own records that are there
};
// Of a proved run, up to `count` entries from number `first` on. The transaction
// is refused (ABORTED) where the ground has moved. INVALID_ARGUMENT: BAD_ERASE,
// BAD_PAYLOAD.
absl::StatusOr<RecoveredPart> TakeRecovered(const storage::Reader& reader,
                                            const RecoveryBench& bench, const IncomingRun& run,
                                            size_t first, size_t count);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_RECOVERED_RUN_H_

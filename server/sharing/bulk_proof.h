// Judges a staged run as subscriber.h judges one in memory, and turns what is
// proved into one ingestion.
#ifndef SERVER_SHARING_BULK_PROOF_H_
#define SERVER_SHARING_BULK_PROOF_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "maillage/v1/signed.pb.h"
#include "server/sharing/bulk_rows.h"
#include "server/sharing/staged_run.h"
#include "server/sharing/subscriber.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// The run to `to_seq`, whose Head is `head`. Refuses for the same reasons, and
// makes the same rows, as Prove(), in bounded memory. While it works, and until
// its transaction is committed, nobody else may change what is known of the
// origin's records. Local numbers are reserved through the writer before.
absl::StatusOr<Proved> ProveStaged(const storage::Database& database, storage::Writer* writer,
                                   const Bench& bench, StagedRun* run, uint64_t to_seq,
                                   const v1::Signed& head, const BulkRows::Sizes& sizes = {});

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_BULK_PROOF_H_

// After a rotation: signs anew what the old signing key signed, so that nothing
// rests on it when it counts no more. In chunks, begun again after a restart.
#ifndef SERVER_SHARING_RESIGNER_H_
#define SERVER_SHARING_RESIGNER_H_

#include <atomic>
#include <functional>
#include <set>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "server/identity/signer.h"
#include "server/sharing/own_share.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Used on one thread.
class Resigner {
 public:
  // Signs and stores the next version of a share's descriptor; a Head follows.
  using Republish = std::function<absl::Status(const ShareId&)>;

  // The pointers must outlive it.
  Resigner(const NodeId& self, const storage::Database* database, storage::Writer* writer,
           const ShareTable* shares, const identity::Signer* signer,
           const std::atomic<bool>* stopping)
      : self_(self),
        database_(database),
        writer_(writer),
        shares_(shares),
        signer_(signer),
        stopping_(stopping) {}

  // Does all there is to do: every descriptor of a share that another key
  // signed, then every erasure. Meta row "share-signer" holds the id of the key
  // for which that was done last. UNAVAILABLE where it was stopped.
  absl::Status Run(const Republish& republish);

 private:
  absl::Status RunFor(const std::string& key_id, const Republish& republish);
  // Has the stage sign the erasures of a share that another key signed.
  absl::Status SignErasures(const ShareId& share);
  absl::StatusOr<std::set<RecordId>> NextErasures(const ShareId& share, uint64_t* after) const;

  const NodeId self_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  const ShareTable* const shares_;
  const identity::Signer* const signer_;
  const std::atomic<bool>* const stopping_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_RESIGNER_H_

// Recounts the shares of the node on demand, and mends what is damaged.
#ifndef SERVER_SHARING_VERIFIER_H_
#define SERVER_SHARING_VERIFIER_H_

#include <functional>
#include <set>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/share_service.pb.h"
#include "server/sharing/own_share.h"
#include "server/sharing/recount.h"
#include "server/sharing/subscriptions.h"
#include "server/sharing/sync_manager.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Thread safe; works on the caller's thread, for seconds a million records.
class Verifier {
 public:
  // All must outlive it.
  struct Parts {
    NodeId self;
    const storage::Database* database;
    storage::Writer* writer;
    const ShareTable* shares;
    const Subscriptions* subscriptions;
    SyncManager* streams;
    // Publishes own shares anew.
    std::function<void(const std::set<ShareId>&)> refresh;
    std::function<std::string(const NodeId&)> alias_of;
  };
  explicit Verifier(Parts parts) : parts_(std::move(parts)) {}

  using Found = absl::FunctionRef<void(const v1::ShareCheck& check)>;
  // Own shares and links first, then received ones that have arrived; `found` is
  // told of each as it is done. CANCELLED where `is_cancelled` says so; else errors
  // of reading.
  absl::Status Verify(bool repair, const std::function<bool()>& is_cancelled, Found found);

 private:
  // What an own share's rows make, and whether that is what the next Head will say.
  struct OwnCount {
    Recount recount;
    bool fits = false;
    // The newest Head stored here states another tree at the seq of the log.
    bool contradicts = false;
    std::optional<std::string> head_row;
    v1::StoredShare stored;
  };

  absl::Status VerifyOwn(const OwnShare& share, bool repair, v1::ShareCheck* check);
  absl::StatusOr<OwnCount> CountOwn(const storage::Reader& reader,
                                    const std::shared_ptr<const storage::Reader>& snapshot,
                                    const ShareId& share) const;
  // Puts damaged records into the log again and takes the tree and the Head away,
  // so that the next publication makes both from the log.
  absl::Status RebuildOwn(const OwnShare& share, const OwnCount& count);
  absl::Status PutAgain(const OwnShare& share, const RecordId& id,
                        const std::vector<uint64_t>& seqs, storage::Transaction* transaction);
  absl::Status LocateMessage(const ShareId& link, const RecordId& id,
                             const std::vector<uint64_t>& seqs, storage::Transaction* transaction);
  absl::Status VerifyReceived(const Subscription& subscription, bool repair,
                              const std::function<bool()>& is_cancelled, v1::ShareCheck* check);
  absl::Status RepairReceived(const Subscription& subscription,
                              const std::function<bool()>& is_cancelled);

  const Parts parts_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_VERIFIER_H_

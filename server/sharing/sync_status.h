// How every share and link of the node stands, for people and for waiting.
#ifndef SERVER_SHARING_SYNC_STATUS_H_
#define SERVER_SHARING_SYNC_STATUS_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "maillage/v1/share_service.pb.h"
#include "server/identity/partners.h"
#include "server/sharing/own_share.h"
#include "server/sharing/publisher.h"
#include "server/sharing/recovery.h"
#include "server/sharing/sync_manager.h"

namespace maillage::sharing {

// Thread safe.
class SyncReporter {
 public:
  // All must outlive it.
  struct Parts {
    NodeId self;
    const Clock* clock;
    const identity::Partners* partners;
    const ShareTable* shares;
    const Publisher* publisher;
    const Subscriptions* subscriptions;
    const SyncManager* streams;
    const Recovery* recovery;
  };
  explicit SyncReporter(const Parts& parts) : parts_(parts) {}

  // Own shares (a row a member), received ones, links. In sync: all that is
  // committed here is published and at every connected member that wants it; all
  // that this node wants is proved up to what its supplier announced.
  absl::StatusOr<v1::SyncStatus> Report() const;

  // Alias of a partner, or its id where it is none.
  std::string AliasOf(const NodeId& node) const;

 private:
  void ReportOwn(const OwnShare& share, v1::SyncStatus* status) const;
  void ReportMember(const OwnShare& share, const NodeId& member, v1::SyncStatus* status) const;
  void ReportReceived(const Subscription& subscription, v1::SyncStatus* status) const;
  v1::ShareStatus::State StateOf(const Subscription& subscription, bool recovering) const;
  // Why the newest state is not here: the share's own trouble, else its
  // supplier's, else that of reaching anybody.
  void ReportTrouble(const Subscription& subscription, v1::ShareStatus* row) const;
  // The newest seq that a supplier shows of the log that the copy is of.
  uint64_t NewestShown(const Subscription& subscription) const;
  // Age of the newest proved Head, and what stands behind it.
  void SetHead(const v1::Head& head, v1::ShareStatus* row) const;
  void ReportFaults(const Subscription& subscription, v1::ShareStatus* row) const;
  void ReportDialling(const NodeId& partner, v1::ShareStatus* row) const;
  bool StreamsAreQuiet() const;

  const Parts parts_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SYNC_STATUS_H_

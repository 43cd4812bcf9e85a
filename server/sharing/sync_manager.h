// All streams of the node: one a partner, and one thread that does their work.
#ifndef SERVER_SHARING_SYNC_MANAGER_H_
#define SERVER_SHARING_SYNC_MANAGER_H_

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/sharing/comparisons.h"
#include "server/sharing/connection.h"
#include "server/sharing/holdings.h"
#include "server/sharing/link_receipts.h"
#include "server/sharing/links.h"
#include "server/sharing/own_share.h"
#include "server/sharing/publication.h"
#include "server/sharing/recovery.h"
#include "server/sharing/refusal_counts.h"
#include "server/sharing/serial_queue.h"
#include "server/sharing/subscriptions.h"
#include "server/sharing/suppliers.h"

namespace maillage::sharing {

// UNAVAILABLE (STOPPING).
absl::Status StreamsStopping();

// What the streams of a node do and have done since its start.
struct StreamFigures {
  uint64_t streams = 0;     // open
  uint64_t waiting = 0;     // pieces of work, of all streams together
  uint64_t checks = 0;      // recounts that wait
  uint64_t runs_taken = 0;  // proved and durable here
  uint64_t runs_given = 0;  // acknowledged by partners
  uint64_t messages_in = 0;
  uint64_t messages_out = 0;
  uint64_t bytes_in = 0;
  uint64_t bytes_out = 0;
};

// Why a partner cannot be reached, and when it is dialled again.
struct DialTrouble {
  absl::Status why;
  absl::Time since;
  uint32_t failures = 0;
  absl::Time next;
};

// Thread safe.
class SyncManager {
 public:
  // All must outlive it.
  struct Parts {
    const identity::Self* self;
    identity::Partners* partners;
    storage::Writer* writer;
    const Clock* clock;
    const ShareTable* shares;
    Subscriptions* subscriptions;
    Holdings* holdings;
    Links* links;
    const LinkReceipts* link_receipts;
    PublicationSource latest;
    // What went wrong, for the log; names no persons.
    std::function<void(const std::string&)> log;
    // Runs with more entries are staged on the disk.
    size_t large_run_entries = kLargeRunEntries;
    // Null: partners are not asked what they know of this node.
    Recovery* recovery = nullptr;
    // On the queue's thread. A recovery begins while the node runs: from now on
    // nothing is published. It has ended: what is published has this incarnation.
    std::function<void()> on_recovering = nullptr;
    std::function<void(const Incarnation&)> on_recovered = nullptr;
    // How often waiting messages are tried again, old snapshots are let go and
    // streams that stand still are looked for.
    absl::Duration tend_interval = absl::Minutes(1);
    // Of the chance in retries and checks.
    uint32_t seed = std::random_device{}();
  };

  explicit SyncManager(Parts parts);
  ~SyncManager();

  // Goes on dropping what a stop interrupted, and offers what is held.
  void Start();
  // Closes all streams and ends the work.
  void Stop();

  // Opens a stream with a partner. Of two dialled by the same side the newer
  // stays, of two dialled by both that of the smaller node id:
  // ALREADY_EXISTS (CONNECTED_ALREADY). PERMISSION_DENIED (NO_SUCH_PARTNER),
  // UNAVAILABLE (STOPPING).
  absl::StatusOr<ConnectionPtr> Open(const NodeId& peer, bool dialled_here,
                                     std::shared_ptr<Wire> wire);
  // The wire is gone.
  void Closed(const ConnectionPtr& connection);
  bool IsConnected(const NodeId& peer) const;
  // The open stream with a partner, or null.
  ConnectionPtr Find(const NodeId& peer) const;

  // What was refused since the start.
  std::map<std::string, uint64_t> Refusals() const { return refusals_.Get(); }

  StreamFigures Figures() const;

  // A partner could not be reached; until a stream with it opens.
  void DialFailed(const NodeId& peer, const absl::Status& why, absl::Time next);
  std::optional<DialTrouble> TroubleWith(const NodeId& peer) const;

  // A new publication is out; what may be served has changed.
  void Published(const PublicationPtr& publication);
  void SharesChanged();
  // From whom a share is taken, and who else offers it.
  std::optional<NodeId> SupplierOf(const ShareKey& key) const;
  std::map<NodeId, Suppliers::Source> SourcesOf(const ShareKey& key) const;
  // The own NodeDescriptor is another; partners hear it before anything that its
  // newest key signs.
  void NodeChanged(const v1::Signed& node_descriptor);
  // Ends streams that stand on a certificate that counts no more; they are dialled
  // anew. All of them, or that of one partner.
  void CloseAll();
  void CloseStream(const NodeId& node);
  // The partner is one no more: its stream ends, its records go.
  void PartnerRemoved(const NodeId& node);
  // Called, on any thread, after anything happened that changes how shares
  // stand or who is connected.
  void SetOnChange(std::function<void()> on_change);

  // As Subscriptions::Subscribe and Unsubscribe; the latter returns when the
  // records are gone.
  absl::StatusOr<Subscription> Subscribe(const NodeId& origin, const ShareId& share,
                                         absl::string_view who);
  absl::StatusOr<Subscription> Unsubscribe(const NodeId& origin, const ShareId& share,
                                           absl::string_view who);

  // Recounts a share and compares it with its supplier, on other threads; `done`
  // is told how that ended, on the queue's: UNAVAILABLE (NOT_CONNECTED), or errors
  // of comparison.h.
  void Repair(const ShareKey& key, Comparisons::Done done);
  // What the last comparison that ended well has cost.
  CompareFigures LastComparison();

  // Ends a recovery, whoever has not answered yet. FAILED_PRECONDITION
  // (NOT_RECOVERING), UNAVAILABLE (STOPPING).
  absl::Status EndRecovery(absl::string_view who);

  // Messages wait for something that may be there now.
  void RetryMessages();
  // Soon lets go of snapshots that received shares are served from.
  void ReleaseSnapshots();

 private:
  // On the queue's thread (sync_work.cc).
  void Do(const ConnectionPtr& connection, Work work);
  void DoItem(const ConnectionPtr& connection, PeerHello hello);
  void DoItem(const ConnectionPtr& connection, PeerOffer offer);
  void DoItem(const ConnectionPtr& connection, PeerNotice notice);
  void DoItem(const ConnectionPtr& connection, PeerAck ack);
  void DoItem(const ConnectionPtr& connection, StagedPart part);
  void DoItem(const ConnectionPtr& connection, FinishedRun finished);
  void DoItem(const ConnectionPtr& connection, FailedShare failed);
  void DoItem(const ConnectionPtr& connection, const PeerRefused& refused);
  // In sync_compare.cc.
  void DoItem(const ConnectionPtr& connection, ChangedLog changed);
  void DoItem(const ConnectionPtr& connection, PeerAnswer work);
  // In sync_recovery.cc.
  void DoItem(const ConnectionPtr& connection, OwnOffersEnd end);
  // What a peer shows and sends of this node's own shares.
  void TakeOwnOffer(const ConnectionPtr& connection, const v1::Offer& offer);
  void TakeOwnHead(const v1::Signed& head);
  void TakeOwnRun(const ConnectionPtr& connection, const FinishedRun& finished);
  void AskOwn(const ConnectionPtr& connection, const Recovery::Question& question);
  void OwnAnswered(const ConnectionPtr& connection, const ShareKey& key, const absl::Status& how);
  bool IsRecovering() const { return parts_.recovery != nullptr && parts_.recovery->active(); }
  // Begins a recovery where the Head says that this node has lost state.
  void BeginIfLost(const v1::Signed& head);
  // Ends it when all who can be reached have answered; looks again soon.
  void EndIfAnswered();
  void EndLater();
  absl::Status EndNow(absl::string_view who);
  // Compares a copy where that may mend why a run of it was refused.
  bool CompareInstead(const ConnectionPtr& connection, const ShareKey& key,
                      const absl::Status& why);
  bool WasComparedLately(const ShareKey& key) const;
  void Compare(const ConnectionPtr& connection, const ShareKey& key, std::optional<Recount> recount,
               Comparisons::Done done);
  void CountAndCompare(const ConnectionPtr& connection, const ShareKey& key,
                       std::vector<Comparisons::Done> waiting);
  void WatchComparison(const ConnectionPtr& connection, const ShareKey& key, uint64_t parts);
  void EndComparison(const ConnectionPtr& connection, const ShareKey& key,
                     const absl::Status& status);
  // A copy is that of its Head again.
  void Mended(const ConnectionPtr& connection, const ShareKey& key);
  void EndComparisonsWith(const ConnectionPtr& connection);
  // Now and then each received share is recounted, and compared where it does not
  // fit. The thread of `checks_`.
  void CheckLater();
  void CheckSoon(const ShareKey& key);
  void Check(const Subscription& subscription);
  // A relay shows the origin's newest keys.
  void TakeOrigin(const ConnectionPtr& connection, const v1::Offer& offer);
  void Offered(const ConnectionPtr& connection, const Subscription& subscription,
               const v1::Offer& offer);
  void HandleMessages(const NodeId& from, const IncomingRun& run, bool staged);
  // Receipts for messages that a relay brought.
  void GiveReceipts();
  // The rest, to the end, in sync_asking.cc and sync_work.cc. Counts and logs what a
  // peer said beside runs and was not believed.
  void RefuseWord(absl::string_view what, const NodeId& peer, const absl::Status& why);
  // A relay that may have the share no longer offers it all the same.
  void LeaveFormerMember(const NodeId& peer, const ShareKey& key);
  // Counts a supplier that was left because it stood still.
  void CountFrozen(const ShareKey& key, const NodeId& former);
  // Quarantines a share, or passes over who relayed it, and asks again after a
  // while.
  void Refuse(const ConnectionPtr& connection, const ShareKey& key, const absl::Status& why);
  void RetryLater(const ConnectionPtr& connection, const ShareKey& key, absl::Duration pause);
  absl::Duration PauseAfter(uint32_t failures);
  // Chooses anew from whom a share is taken, and asks there if it is wanted.
  void Settle(const ShareKey& key);
  void Ask(const ConnectionPtr& connection, const Subscription& subscription);
  void Unask(const NodeId& peer, const ShareKey& key);
  // What is held of a share has changed.
  void Hold(const Subscription& subscription);
  void HoldAll();
  void StreamGone(const NodeId& peer, uint64_t stream);
  void Drop(const ShareKey& key);
  absl::Status DropNow(const ShareKey& key);
  void ResumeDropping();
  void TendLater();
  // Ends streams whose peer neither takes what it asked for nor ends what it began,
  // which would hold a snapshot for ever.
  void EndStalled();

  std::shared_ptr<const Offerings> AllOfferings() const;
  std::string AliasOf(const NodeId& node) const;
  void Log(absl::string_view what, const absl::Status& status) const;
  std::vector<ConnectionPtr> All() const;
  void Changed() const;

  const Parts parts_;
  RefusalCounts refusals_;
  StreamCounters counters_;
  std::atomic<uint64_t> runs_taken_ = 0;
  std::atomic<uint64_t> runs_given_ = 0;
  const NodeId self_;
  mutable Mutex mutex_;
  std::map<NodeId, ConnectionPtr> connections_ ABSL_GUARDED_BY(mutex_);
  uint64_t last_stream_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<NodeId, DialTrouble> dial_troubles_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  mutable Mutex suppliers_mutex_;
  Suppliers suppliers_ ABSL_GUARDED_BY(suppliers_mutex_);
  // On which stream each share is asked for. The queue's thread.
  std::map<ShareKey, NodeId> asked_;
  std::function<void()> on_change_;
  // What is asked for again after a while, and the stream on which it went wrong.
  // The queue's thread.
  std::map<ShareKey, std::weak_ptr<Connection>> retries_;
  // Whose supplier is looked at once the grace is over. The queue's thread.
  std::set<ShareKey> graces_;
  // Streams that owe something: their progress, and how often it was the same. The
  // queue's thread.
  struct Standstill {
    uint64_t progress = 0;
    int looks = 0;
  };
  std::map<uint64_t, Standstill> standstills_;
  std::minstd_rand random_{parts_.seed};        // the queue's thread
  std::minstd_rand check_random_{parts_.seed};  // the thread of `checks_`
  // The queue's thread.
  std::unique_ptr<Comparisons> comparisons_;
  std::map<ShareKey, absl::Time> compared_;  // when last
  // How often each log was said to be another one, since when.
  struct ChangedLogs {
    absl::Time since = absl::InfinitePast();
    int count = 0;
  };
  std::map<ShareKey, ChangedLogs> changed_logs_;
  SerialQueue checks_;
  SerialQueue queue_;  // last: its tasks use the rest
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SYNC_MANAGER_H_

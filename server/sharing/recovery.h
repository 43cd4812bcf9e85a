// RECOVERY: what a node does that may have lost its newest state, until it knows
// what it had told its partners.
//
// It begins at a start, by the node's word (AddBeginning), or while the node runs,
// when a partner shows a Head of an own share that this node has signed and does
// not know (Judge). Then every partner is asked for the own shares that it holds;
// those that go beyond what is here are asked for and taken (recovered_run.h). It
// ends with a new incarnation, above every one that was seen. Numbers and terms
// that partners show are taken at once, so that ending needs no more.
// A core: no threads; whoever drives it sends and stops what it says.
#ifndef SERVER_SHARING_RECOVERY_H_
#define SERVER_SHARING_RECOVERY_H_

#include <atomic>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/node_service.pb.h"
#include "maillage/v1/stored.pb.h"
#include "maillage/v1/sync.pb.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/sharing/incoming_run.h"
#include "server/sharing/own_share.h"
#include "server/sharing/recovered_run.h"
#include "server/sharing/share_key.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Meta rows: the incarnation of the own logs, and StoredRecovery.
inline constexpr char kIncarnationRow[] = "incarnation";
inline constexpr char kRecoveryRow[] = "recovery";
// So long partners that are on their way are waited for, once one has answered.
inline constexpr absl::Duration kRecoverySettle = absl::Seconds(30);

// Reading is thread safe; changing calls are made one at a time.
class Recovery {
 public:
  // All must outlive it.
  struct Parts {
    const identity::Self* self;
    const identity::Partners* partners;
    const storage::Database* database;
    storage::Writer* writer;
    const ShareTable* shares;
    const Clock* clock;
    // Takes newer terms of an own share, which this node has signed.
    std::function<absl::Status(const v1::Signed&)> adopt;
    // See RecoveryBench.
    std::function<bool(const RecordId&)> is_erased;
    // Erases an own record again.
    std::function<absl::Status(const RecordId&)> erase;
  };
  using IsConnected = std::function<bool(const NodeId&)>;

  // Adds the beginning of a recovery, or one more reason for it.
  static absl::Status AddBeginning(const storage::Reader& reader, const std::string& why,
                                   absl::Time now, storage::Transaction* transaction);

  explicit Recovery(Parts parts);
  // See RecoveryBench. Before streams are open.
  void AskPeopleBy(decltype(RecoveryBench::suggest) suggest,
                   decltype(RecoveryBench::unsuggest) unsuggest);
  // DATA_LOSS (BAD_ROW).
  absl::Status Load();

  bool active() const { return active_; }

  // Why a Head of an own share that a partner shows means that this node has lost
  // state; empty where it does not, as of what this node did not sign.
  absl::StatusOr<std::string> Judge(const v1::Signed& head) const;
  absl::Status Begin(const std::string& why);

  // The rest is for a node that recovers; harmless for another.

  // What is to be asked of a partner about an own share that it offers: where to
  // start, zero for all of it; nothing where it knows no more than this node.
  // Takes the terms and the numbers that it shows.
  struct Question {
    ShareKey key;
    Cursor cursor;
  };
  absl::StatusOr<std::optional<Question>> TakeOffer(const NodeId& peer, const v1::Offer& offer);
  // Takes the numbers of a Head that a partner shows.
  absl::Status TakeHead(const v1::Signed& head);
  // All has been offered on the partner's stream; or the stream is over.
  absl::Status OfferedAll(const NodeId& peer);
  void Gone(const NodeId& peer);
  // The answer. A question to be asked instead where the partner's copy does not
  // go on from what is here.
  absl::StatusOr<std::optional<Question>> TakeRun(const NodeId& peer, const IncomingRun& run,
                                                  const v1::Signed& head);
  // There is no answer, or no more of it.
  absl::Status Answered(const NodeId& peer, const ShareId& share);

  // Whether the partners that can be reached have answered.
  bool MayEnd(const IsConnected& is_connected) const;
  // The incarnation of all Heads from now on. FAILED_PRECONDITION (NOT_RECOVERING).
  absl::StatusOr<Incarnation> End(absl::string_view who);

  // Empty where the node does not recover.
  std::optional<v1::Recovery> Report(const IsConnected& is_connected) const;

 private:
  struct Asked {
    bool offered_all = false;
    std::set<ShareId> shares;
  };

  std::vector<std::string> OwnKeys() const;
  absl::StatusOr<v1::Head> OpenHead(const v1::Signed& signed_head) const;
  absl::StatusOr<std::string> JudgeInLife(const storage::Reader& reader,
                                          const v1::Head& head) const;
  absl::StatusOr<std::optional<Question>> QuestionFor(const v1::Head& head) const;
  // The next incarnation and numbers are above those of the Head.
  absl::Status Note(const v1::Head& head);
  absl::Status RaiseSeq(const ShareId& share, uint64_t seq);
  absl::Status TakeEntries(const NodeId& peer, const RecoveryBench& bench, const IncomingRun& run);
  absl::Status Count(const NodeId& peer, const RecoveredPart& part);
  absl::Status Store(const v1::StoredRecovery& row);
  v1::StoredRecovery row() const;

  const Parts parts_;
  const NodeId self_;
  decltype(RecoveryBench::suggest) suggest_;
  decltype(RecoveryBench::unsuggest) unsuggest_;
  absl::Time start_;
  std::atomic<bool> active_ = false;
  std::map<NodeId, Asked> asked_;
  mutable Mutex mutex_;
  v1::StoredRecovery row_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_RECOVERY_H_

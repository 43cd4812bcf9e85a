// What this node has of its partners' shares, and what it does with what they
// send. Plain calls, no threads of its own.
#ifndef SERVER_SHARING_SUBSCRIPTIONS_H_
#define SERVER_SHARING_SUBSCRIPTIONS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "server/identity/partners.h"
#include "server/sharing/comparison.h"
#include "server/sharing/share_key.h"
#include "server/sharing/staged_runs.h"
#include "server/sharing/subscriber.h"
#include "server/sharing/work.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// A share of a partner, as it stands here.
struct Subscription {
  NodeId origin;
  ShareId share;
  ReceivedShare received;

  // Whether runs of it may be asked for now.
  bool IsWanted() const {
    return received.stored.subscribed() && !received.stored.dropping() &&
           !received.stored.quarantine().frozen();
  }
  // Proved up to here; zero and 0 for nothing.
  Incarnation incarnation() const { return Incarnation(received.head.incarnation()); }
  uint64_t seq() const { return received.head.seq(); }
  ShareKey key() const { return {origin, share}; }
  Cursor cursor() const { return {incarnation(), seq()}; }
  bool is_link() const { return received.descriptor.link(); }
};

// Changing calls are made one at a time, on one thread, because what is shown of
// a record depends on all shares that have it. Reading is thread safe.
class Subscriptions {
 public:
  // The pointers must outlive it.
  Subscriptions(const NodeId& self, const identity::Partners* partners,
                const storage::Database* database, storage::Writer* writer, const Clock* clock);

  // Told what records that went have left in the files, and which receipts are owed
  // for them. Before it is used.
  using OnRemoved =
      std::function<void(const std::vector<storage::KeyRange>&, std::vector<DueReceipt>)>;
  void SetOnRemoved(OnRemoved on_removed) { on_removed_ = std::move(on_removed); }

  // Asked what waits of a partner's messages. Before it is used.
  void SetInboxUse(std::function<InboxUse(const NodeId&)> use) { inbox_use_ = std::move(use); }

  // NOT_FOUND (NO_SUCH_SHARE).
  absl::StatusOr<Subscription> Get(const NodeId& origin, const ShareId& share) const;
  // All, in order of origins.
  absl::StatusOr<std::vector<Subscription>> List() const;

  // As JudgeOffer(), of whatever origin; stores it. NOT_FOUND (NO_SUCH_PARTNER:
  // the origin is none), INVALID_ARGUMENT (OWN_SHARE), RESOURCE_EXHAUSTED
  // (TOO_MANY_SHARES).
  absl::StatusOr<Subscription> TakeOffer(const v1::Signed& descriptor);
  // Keeps a part of a large run until it is whole. As StagedRuns::Add().
  absl::Status Stage(StagedPart part) { return staged_.Add(std::move(part)); }
  // What is staged of a share is of no use.
  void ForgetStaged(const ShareKey& key) { staged_.Remove(key.origin, key.share); }
  // What to ask for: what follows what is proved, or staged on top of that.
  Cursor CursorOf(const Subscription& subscription);
  // As Prove(), or ProveStaged() where parts are staged; returns when it is
  // durable. ABORTED where the share changed meanwhile.
  absl::StatusOr<Subscription> TakeRun(const FinishedRun& finished);
  // As Comparison::Start(), with the newest state.
  absl::StatusOr<std::unique_ptr<Comparison>> BeginComparison(const ShareKey& key,
                                                              std::optional<Recount> recount) const;
  // As Comparison::Finish(); returns when it is durable.
  absl::StatusOr<Subscription> TakeComparison(Comparison* comparison);
  // Recounts a share as it stands now. Thread safe.
  absl::StatusOr<Recount> CountAnew(const ShareKey& key) const;
  absl::Time Now() const { return clock_->Now(); }
  // Opens a Head that a peer shows. Errors of identity::OpenSigned(), NOT_FOUND
  // (NO_SUCH_PARTNER).
  absl::StatusOr<v1::Head> OpenShownHead(const v1::Signed& head) const;
  // Stores why a share was refused. Returns how often in a row.
  absl::StatusOr<uint32_t> Refuse(const NodeId& origin, const ShareId& share,
                                  const absl::Status& why);

  // NOT_FOUND (NO_SUCH_SHARE); FAILED_PRECONDITION (BEING_DROPPED, NOT_A_MEMBER).
  absl::StatusOr<Subscription> Subscribe(const NodeId& origin, const ShareId& share,
                                         absl::string_view who);
  // Marks it as dropping; DropSome() does it. FAILED_PRECONDITION
  // (LINKS_STAY) for links.
  absl::StatusOr<Subscription> Unsubscribe(const NodeId& origin, const ShareId& share,
                                           absl::string_view who);
  // Removes a part of a share that is dropping; true where nothing is left.
  // A partner that is none any more takes its offers along.
  absl::StatusOr<bool> DropSome(const NodeId& origin, const ShareId& share);
  // Marks all shares of a former partner as dropping.
  absl::Status DropPartner(const NodeId& origin);

 private:
  absl::StatusOr<Proved> ProveRun(const Bench& bench, const FinishedRun& finished);
  // Commits what was proved; tells what records that went have left.
  absl::Status CommitAndTell(Proved proved) const;
  absl::Status CheckNumber(const NodeId& origin) const;
  absl::StatusOr<Bench> BenchFor(const NodeId& origin) const;
  absl::Status Store(const Subscription& subscription, absl::string_view who,
                     absl::string_view verb);

  const NodeId self_;
  const identity::Partners* const partners_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  const Clock* const clock_;
  StagedRuns staged_;
  OnRemoved on_removed_;
  std::function<InboxUse(const NodeId&)> inbox_use_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SUBSCRIPTIONS_H_

// The comparisons of this node with its suppliers: one a share at a time.
#ifndef SERVER_SHARING_COMPARISONS_H_
#define SERVER_SHARING_COMPARISONS_H_

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/comparison.h"
#include "server/sharing/share_key.h"
#include "server/sharing/subscriptions.h"

namespace maillage::sharing {

// Not thread safe; used on the thread that changes subscriptions.
class Comparisons {
 public:
  // How one ended, and what it cost.
  using Done = std::function<void(const absl::Status&, const CompareFigures&)>;

  // `subscriptions` must outlive it.
  explicit Comparisons(Subscriptions* subscriptions) : subscriptions_(subscriptions) {}

  // Begins one with a peer; the first request is to be sent. Errors are those of
  // Comparison::Start(), and ALREADY_EXISTS (COMPARING), after which `done` is
  // told how the one that is under way ends. `done` may be null.
  absl::StatusOr<v1::CompareRequest> Begin(const NodeId& peer, const ShareKey& key,
                                           std::optional<Recount> recount, Done done);
  // What came of an answer.
  struct Step {
    // To be sent to the peer.
    std::optional<v1::CompareRequest> request;
    // It has ended, so; the caller calls End(). Stored where that is well.
    std::optional<absl::Status> end;
    // Of a link: messages that came.
    std::vector<RecordId> arrived;
  };
  // Takes a part of an answer; one that nobody asked for is let pass.
  Step Take(const NodeId& peer, v1::CompareAnswer* answer);
  // Tells whoever waits and forgets the comparison. Returns the request that lets
  // the supplier's publication go.
  v1::CompareRequest End(const ShareKey& key, const absl::Status& status);

  bool IsOpen(const ShareKey& key) const { return open_.contains(key); }
  // Whether it trusts nothing stored here.
  bool HasRecount(const ShareKey& key) const;
  // Moves whoever waits to the next attempt.
  std::vector<Done> TakeWaiting(const ShareKey& key);
  void Wait(const ShareKey& key, std::vector<Done> waiting);
  // Comparisons with a peer.
  std::vector<ShareKey> With(const NodeId& peer) const;
  // Parts of answers so far; 0 for no comparison.
  uint64_t PartsOf(const ShareKey& key) const;
  // Of the last comparison that ended well.
  const CompareFigures& last_figures() const { return last_figures_; }

 private:
  struct Open {
    NodeId peer;
    std::unique_ptr<Comparison> comparison;
    std::vector<Done> waiting;
  };

  Subscriptions* const subscriptions_;
  std::map<ShareKey, Open> open_;
  CompareFigures last_figures_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_COMPARISONS_H_

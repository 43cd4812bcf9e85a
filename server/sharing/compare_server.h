// The serving half of comparisons on a stream: answers what a peer asks of a
// share's tree, from one publication a comparison. A core: no threads, no gRPC.
#ifndef SERVER_SHARING_COMPARE_SERVER_H_
#define SERVER_SHARING_COMPARE_SERVER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/publication.h"
#include "server/sharing/share_key.h"

namespace maillage::sharing {

inline constexpr int kMaxCompareNodes = 1024;
inline constexpr int kMaxCompareIds = 4096;
// Comparisons of one peer at a time: each pins a snapshot.
inline constexpr size_t kMaxComparisons = 16;

// Not thread safe. Of each comparison it holds the numbers and ids that were
// asked for last, never what they stand for: rows and entries are read when there
// is room to send them.
class CompareServer {
 public:
  using Outbox = std::deque<v1::SyncMessage>;

  // Takes a request of a peer that may have the share; `latest` is its newest
  // publication, or null. A request for node 0 alone begins a comparison anew.
  // Refusals go to the outbox: NOT_READY while there is no tree to read,
  // BAD_REQUEST, which ends the comparison.
  void Handle(const v1::CompareRequest& request, const PublicationPtr& latest, Outbox* outbox);
  static v1::SyncMessage RefusalOf(const v1::CompareRequest& request, v1::Refusal::Reason reason);
  // Lets a share's publication go.
  void Release(const ShareKey& key) { open_.erase(key); }

  // Lets publications of a kind go.
  template <typename Predicate>
  void ReleaseIf(Predicate predicate) {
    std::erase_if(open_, [&](const auto& item) { return predicate(*item.second.publication); });
  }

  // The next part of an answer, from each comparison in turn; false where there
  // is nothing to send. Where rows cannot be read it refuses with NOT_READY.
  bool Next(v1::SyncMessage* message);

  size_t open() const { return open_.size(); }

 private:
  struct Open {
    PublicationPtr publication;
    bool answering = false;  // what was asked is not answered whole
    bool begins = false;     // the Head goes first
    std::deque<uint32_t> nodes;
    std::deque<RecordId> ids;
    std::optional<uint64_t> stubs_after;
  };

  static bool IsAllowed(const v1::CompareRequest& request);
  absl::Status Fill(Open* open, v1::CompareAnswer* answer);
  absl::Status AddNodes(Open* open, v1::CompareAnswer* answer, size_t* bytes);
  absl::Status AddRecords(Open* open, v1::CompareAnswer* answer, size_t* bytes);
  absl::Status AddStubs(Open* open, v1::CompareAnswer* answer, size_t* bytes);

  std::map<ShareKey, Open> open_;
  ShareKey turn_;  // answered last
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_COMPARE_SERVER_H_

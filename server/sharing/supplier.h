// The serving half of a stream: offers shares to the peer, own ones and those of
// others that it may relay, and serves runs of those the peer wants, from
// publications alone. A core: no threads, no gRPC.
#ifndef SERVER_SHARING_SUPPLIER_H_
#define SERVER_SHARING_SUPPLIER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/compare_server.h"
#include "server/sharing/offering.h"
#include "server/sharing/publication.h"

namespace maillage::sharing {

// Entries of a message together, but for one that is larger alone.
inline constexpr size_t kMessageBytes = 256 << 10;
// Runs of a share that may be on their way before the first is acknowledged;
// what happens meanwhile gathers in the next.
inline constexpr size_t kRunsInFlight = 2;

// Not thread safe.
class Supplier {
 public:
  using Outbox = std::deque<v1::SyncMessage>;

  // `latest` is asked when a run begins.
  Supplier(const NodeId& self, const NodeId& peer, PublicationSource latest);

  // Adds offers of what the peer may see, and has not been offered in this
  // version; links last. Stops serving what it may no longer see: runs of a
  // former scope end where they are (NOT_READY), and none begins any more.
  void SetOfferings(std::shared_ptr<const Offerings> offerings, Outbox* outbox);
  // A newer publication is out. A peer that takes the share from elsewhere gets a
  // Notice of it.
  void Published(const ShareKey& key);
  // Serves from the cursor on, or adds a refusal. NOT_READY is no last word: the
  // share is served as soon as it is published. A want of the peer's own shares,
  // which names none, is answered with offers of them, and with UNKNOWN_SHARE at
  // the end.
  void HandleWant(const v1::Want& want, Outbox* outbox);
  void HandleUnwant(const v1::Want& unwant);
  // Returns the share and seq that the peer has durably; nothing where the Ack
  // is not about anything that was served.
  std::optional<std::pair<ShareKey, uint64_t>> HandleAck(const v1::Ack& ack);

  // Answers a request of a comparison, or adds a refusal.
  void HandleCompare(const v1::CompareRequest& request, Outbox* outbox);

  // The next message of an answer, or of a run, from each wanted share in turn; false where
  // there is nothing to send. Errors are those of reading.
  absl::StatusOr<bool> Next(v1::SyncMessage* message);

  // Whether a run has begun that is not sent whole, or a comparison is under way.
  bool HasToSend() const;

  // How far the peer is with a share; nothing where it does not want it.
  std::optional<uint64_t> AckedSeq(const ShareKey& key) const;

 private:
  struct Run {
    PublicationPtr publication;
    uint32_t number = 0;
    uint64_t sent = 0;  // seq
    bool started = false;
  };
  struct Wanted {
    Incarnation incarnation;
    uint64_t seq = 0;                // served, or had, up to here
    uint64_t acked = 0;              // durable at the peer
    std::string served_head;         // its signature
    std::deque<uint64_t> in_flight;  // ends of runs
    std::optional<Run> run;
  };

  bool MayHave(const ShareKey& key) const { return served_.contains(key); }
  // Whether the publication is of the scope that the share has now.
  bool IsOfScope(const Publication& publication) const;
  void EndFormerRuns(Outbox* outbox);
  v1::SyncMessage OfferOf(const Offering& offering) const;
  // Offers the peer, which has lost them, its own shares that are held here.
  void OfferOwn(Outbox* outbox) const;
  // Begins a run where there is something newer. False: nothing to do.
  bool Begin(const ShareKey& key, Wanted* wanted);
  // Says why a run cannot go on from where the peer stands; false: it can.
  bool Refuses(const Run& run, const Wanted& wanted, v1::Refusal::Reason* reason) const;
  absl::Status Fill(const ShareKey& key, Wanted* wanted, v1::SyncMessage* message);
  absl::Status AddEntries(const ShareKey& key, Run* run, v1::RunEntries* entries);
  bool NextNotice(v1::SyncMessage* message);

  const NodeId self_;
  const NodeId peer_;
  const PublicationSource latest_;
  std::shared_ptr<const Offerings> offerings_;
  std::map<ShareKey, uint64_t> offered_;        // version
  std::map<ShareKey, const Offering*> served_;  // what the peer may have
  std::map<ShareKey, Wanted> wanted_;
  std::set<ShareKey> news_;                  // published, not wanted here
  std::map<ShareKey, std::string> noticed_;  // signature of the last Head told
  CompareServer compares_;
  ShareKey turn_;  // served last
  uint32_t last_run_ = 0;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SUPPLIER_H_

// The receiving half of a stream: asks the peer for shares, its own or those of
// others that it relays, and gathers runs.
// What is whole goes to the judge (subscriber.h). A core: no threads, no gRPC.
#ifndef SERVER_SHARING_RECEIVER_H_
#define SERVER_SHARING_RECEIVER_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/incoming_run.h"
#include "server/sharing/share_key.h"
#include "server/sharing/work.h"

namespace maillage::sharing {

// Not thread safe.
class Receiver {
 public:
  using Outbox = std::deque<v1::SyncMessage>;

  // What is held of a share that is wanted.
  struct Held {
    Cursor cursor;
    v1::Signed head;  // proved; unset where nothing is
    // Runs come whole, however large they are.
    bool stages = true;
  };

  // Runs with more entries are staged.
  explicit Receiver(size_t large_run_entries) : large_run_entries_(large_run_entries) {}

  // Asks for a share after what is held of it.
  void Want(const ShareKey& key, Held held, Outbox* outbox);
  // Asks what the peer holds of this node's own shares: offers come, and then
  // OwnOffersEnd.
  static void WantOwn(const NodeId& self, Outbox* outbox);
  // Asks no longer. What is still coming of it is let pass.
  void Unwant(const ShareKey& key, Outbox* outbox);

  // A share that goes wrong adds a FailedShare and an unwant; others go on.
  void HandleStart(const v1::RunStart& start, std::vector<Work>* work, Outbox* outbox);
  void HandleEntries(v1::RunEntries* entries, std::vector<Work>* work, Outbox* outbox);
  void HandleEnd(v1::RunEnd* end, std::vector<Work>* work, Outbox* outbox);
  void HandleRefusal(const v1::Refusal& refusal, std::vector<Work>* work, Outbox* outbox);

  bool Wants(const ShareKey& key) const { return wanted_.contains(key); }
  // The end of the newest run that has begun; 0 for none.
  uint64_t AnnouncedSeq(const ShareKey& key) const;
  // Whether a run of the share is coming in.
  bool IsReceiving(const ShareKey& key) const;
  // Whether any run is coming in.
  bool HasOpenRuns() const { return !runs_.empty(); }
  // Whether the origin said that it is in recovery, and nothing since.
  bool IsRecovering(const ShareKey& key) const;
  // Bytes of runs that are not whole yet.
  size_t held_bytes() const { return held_bytes_; }

 private:
  struct Wanted {
    Held held;  // or received
    uint64_t announced = 0;
    bool from_zero_again = false;
    bool recovering = false;
    uint32_t run_number = 0;
    std::shared_ptr<IncomingRun> run;  // coming in
  };

  // Hands over what is held of a large run.
  void Stage(const Wanted& wanted, std::vector<Work>* work);
  absl::Status Start(const v1::RunStart& start, Wanted* wanted);
  void Fail(const ShareKey& key, absl::Status why, std::vector<Work>* work, Outbox* outbox);
  void Forget(const ShareKey& key);
  // Lets go of what has come of a run that will not be ended.
  void DropRun(Wanted* wanted);
  // The share whose run it is; end() where the run is let pass.
  std::map<ShareKey, Wanted>::iterator FindRun(uint32_t number);

  const size_t large_run_entries_;
  std::map<ShareKey, Wanted> wanted_;
  std::map<uint32_t, ShareKey> runs_;  // open ones
  size_t held_bytes_ = 0;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_RECEIVER_H_

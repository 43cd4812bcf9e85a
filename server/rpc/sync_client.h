// The end of Sync streams that this node dials: to every partner that has an
// endpoint and no stream yet, again and again at uneven intervals.
#ifndef SERVER_RPC_SYNC_CLIENT_H_
#define SERVER_RPC_SYNC_CLIENT_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/rpc/dial_schedule.h"
#include "server/sharing/sync_manager.h"

namespace maillage::rpc {

// Thread safe.
class SyncClient {
 public:
  // All must outlive it. `log` gets a line for each failure that is not like the
  // one before.
  struct Parts {
    const identity::Self* self;
    identity::Partners* partners;
    sharing::SyncManager* streams;
    std::function<void(const std::string&)> log;
  };

  // Listens to the partners.
  explicit SyncClient(Parts parts);
  ~SyncClient();

  void Start();
  // Ends all dialled streams; returns when they are gone.
  void Stop();
  // Dials now whom it was to dial later.
  void DialNow();
  void DialNow(const NodeId& node);

 private:
  class Stream;
  struct Peer {
    std::string last_failure;  // logged
    Stream* stream = nullptr;  // under way
    absl::Time dialled_at;
  };

  void Run();
  // Dials who is due; returns when to look again.
  absl::Time DialDue();
  void Dial(const identity::Partner& partner, Peer* peer) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Opened(const NodeId& node);
  void Done(const NodeId& node, const absl::Status& status);

  const Parts parts_;
  Mutex mutex_;
  CondVar changed_;
  DialSchedule schedule_ ABSL_GUARDED_BY(mutex_);
  std::map<NodeId, Peer> peers_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_SYNC_CLIENT_H_

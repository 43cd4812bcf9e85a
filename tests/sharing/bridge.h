// A stream between two live nodes that somebody sits on: every message passes
// through a function that may change it, keep it back or add others.
#ifndef TESTS_SHARING_BRIDGE_H_
#define TESTS_SHARING_BRIDGE_H_

#include <functional>
#include <memory>
#include <thread>
#include <vector>

#include "client/base/mutex.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/connection.h"
#include "tests/sharing/live_node.h"

namespace maillage::sharing {

class Bridge {
 public:
  // Returns what is delivered in the message's place. On the bridge's thread.
  using Meddle = std::function<std::vector<v1::SyncMessage>(v1::SyncMessage)>;

  // Opens the stream; `from` is who dialled. `onward` sees what goes to `to`.
  Bridge(LiveNode* from, LiveNode* to, Meddle onward);
  // Ends it at both ends.
  ~Bridge();

  // Delivers a message that nobody sent.
  void Inject(LiveNode* to, const v1::SyncMessage& message);
  bool is_closed() const;

 private:
  class End;
  void Run();
  // Passes on what the other side has to say; false: it is silent.
  bool Pass(Connection* from, Connection* to, const Meddle& meddle);

  LiveNode* const from_;
  LiveNode* const to_;
  const Meddle onward_;
  const std::shared_ptr<End> here_end_;
  const std::shared_ptr<End> there_end_;
  ConnectionPtr here_;   // of `from`, with `to`
  ConnectionPtr there_;  // of `to`, with `from`
  mutable Mutex mutex_;
  CondVar changed_;
  bool wake_ ABSL_GUARDED_BY(mutex_) = true;
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace maillage::sharing

#endif  // TESTS_SHARING_BRIDGE_H_

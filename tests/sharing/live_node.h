// A node with everything but its main: keys and database on disk, gRPC with
// mutual TLS on loopback. For the tests of streams.
#ifndef TESTS_SHARING_LIVE_NODE_H_
#define TESTS_SHARING_LIVE_NODE_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "client/base/clock.h"
#include "server/directory/directory.h"
#include "server/directory/index_stage.h"
#include "server/identity/operators.h"
#include "server/identity/partners.h"
#include "server/identity/rotation.h"
#include "server/identity/self.h"
#include "server/rpc/authentication.h"
#include "server/rpc/server.h"
#include "server/rpc/sync_client.h"
#include "server/sharing/sharing.h"
#include "server/sharing/suggestions.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace maillage::sharing {

// Waits until `condition` holds; false after `timeout`.
bool Eventually(const std::function<bool()>& condition, absl::Duration timeout = absl::Seconds(20));

class LiveNode {
 public:
  // Makes a node under `parent` and starts it.
  LiveNode(const std::string& parent, const std::string& alias);
  ~LiveNode();

  void Start();
  void Stop();

  NodeId id() const { return self_->node(); }
  const std::string& dir() const { return dir_; }
  // Where it listens.
  const std::string& address() const { return listen_; }
  const std::string& alias() const { return alias_; }
  Sharing& sharing() { return *sharing_; }
  identity::Self& self() { return *self_; }
  identity::Partners& partners() { return *partners_; }
  identity::Rotation& rotation() { return *rotation_; }
  storage::Writer& writer() { return *writer_; }
  storage::Database& database() { return *database_; }
  directory::Directory& directory() { return *directory_; }
  Suggestions& suggestions() { return *suggestions_; }
  rpc::SyncClient& dialler() { return *client_; }
  // Lines that were logged.
  std::string Log() const;

  // Before Start(): what handles messages.
  Links::Handler handler;
  // Before Start(): why the node recovers from now on; empty: it does not.
  std::string lost;
  // Before Start(): what time it is.
  const Clock* clock = &Clock::Real();
  // Before Start(): see Sharing::Options.
  absl::Duration tend_interval = absl::Minutes(1);
  // Before Start(): nobody can dial it.
  bool dials_out_only = false;

  std::string Create(const v1::Actor& actor);
  void Edit(const std::string& name, const std::function<void(v1::Actor*)>& change);
  void Delete(const std::string& name);
  // Everywhere; returns the erasure's name.
  std::string Erase(const std::string& name);
  int64_t Count(absl::string_view filter = "");
  ShareId MakeShare(absl::string_view title, v1::View view, const std::vector<NodeId>& members,
                    absl::string_view filter = "", bool relayable = false);
  // Once it is offered.
  bool Subscribe(const NodeId& origin, const ShareId& share);
  bool InSync();

 private:
  void Listen();
  void MakeSuggestions();

  const std::string alias_;
  const std::string dir_;
  std::string listen_ = "127.0.0.1:0";
  mutable Mutex log_mutex_;
  std::string log_ ABSL_GUARDED_BY(log_mutex_);

  std::unique_ptr<storage::Database> database_;
  std::unique_ptr<identity::Self> self_;
  std::unique_ptr<identity::Partners> partners_;
  std::unique_ptr<EraseLog> erase_log_;
  std::unique_ptr<Sharing> sharing_;
  std::unique_ptr<directory::IndexStage> index_;
  std::unique_ptr<storage::Writer> writer_;
  std::unique_ptr<identity::Rotation> rotation_;
  std::unique_ptr<directory::Directory> directory_;
  std::unique_ptr<Suggestions> suggestions_;
  std::unique_ptr<identity::Operators> operators_;
  std::unique_ptr<rpc::Callers> callers_;
  std::unique_ptr<grpc::Service> service_;
  std::unique_ptr<rpc::SyncClient> client_;
  std::unique_ptr<rpc::Server> server_;
};

// Makes two running nodes partners of each other.
void Pair(LiveNode* a, LiveNode* b);

}  // namespace maillage::sharing

#endif  // TESTS_SHARING_LIVE_NODE_H_

// The running node: the one place that knows every room. It makes their parts
// in the order of the rooms' dependencies and hands them to each other; nobody
// is handed the node itself.
#ifndef SERVER_NODE_NODE_H_
#define SERVER_NODE_NODE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "server/node/config.h"

namespace maillage::node {

struct Parts;

class Node {
 public:
  // Opens the home DIR and serves. `clock` must outlive the node. Errors are
  // those of the configuration, the keys, the database and the listeners.
  static absl::StatusOr<std::unique_ptr<Node>> Start(const std::string& dir, const Clock& clock);
  // Stop(zero), unless it was stopped.
  ~Node();

  const NodeId& id() const;
  const Config& config() const;
  // Of the listener for partners and operators.
  int port() const;

  // Ends calls under way within `grace`, cancels the rest, commits what is
  // queued. Once.
  void Stop(absl::Duration grace);

 private:
  explicit Node(std::unique_ptr<Parts> parts);
  const std::unique_ptr<Parts> parts_;
};

}  // namespace maillage::node

#endif  // SERVER_NODE_NODE_H_

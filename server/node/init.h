// Making a node.
#ifndef SERVER_NODE_INIT_H_
#define SERVER_NODE_INIT_H_

#include <string>

#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "server/node/config.h"

namespace maillage::node {

struct NewNode {
  NodeId node;
  std::string recovery_sheet;  // shown once, stored nowhere
};

// Makes the home DIR with keys, database and configuration, whole or not at
// all. DIR must not be there, or be empty. FAILED_PRECONDITION (HOME_EXISTS),
// INVALID_ARGUMENT (BAD_CONFIG), UNAVAILABLE (FILE_ERROR).
absl::StatusOr<NewNode> InitNode(const std::string& dir, const Config& config, const Clock& clock);

}  // namespace maillage::node

#endif  // SERVER_NODE_INIT_H_

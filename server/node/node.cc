#include "server/node/node.h"

#include <utility>

#include "client/base/status_macros.h"
#include "server/node/parts.h"

namespace maillage::node {

Node::Node(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

absl::StatusOr<std::unique_ptr<Node>> Node::Start(const std::string& dir, const Clock& clock) {
  auto parts = std::make_unique<Parts>();
  parts->dir = dir;
  parts->clock = &clock;
  RETURN_IF_ERROR(parts->Make());
  return std::unique_ptr<Node>(new Node(std::move(parts)));
}

Node::~Node() = default;

const NodeId& Node::id() const { return parts_->self->node(); }
const Config& Node::config() const { return parts_->config; }
int Node::port() const { return parts_->server->port(); }

void Node::Stop(absl::Duration grace) { parts_->Stop(grace); }

}  // namespace maillage::node

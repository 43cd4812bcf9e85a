// What a running command gets: the way to the node, and the output.
#ifndef TOOLS_CLI_CONTEXT_H_
#define TOOLS_CLI_CONTEXT_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "tools/cli/output.h"

namespace grpc {
class Channel;
}  // namespace grpc

namespace maillage::cli {

// Which node, and as whom; from the options or the environment.
struct NodeOptions {
  std::string node;         // unix:PATH or HOST:PORT; empty: the local node
  std::string certificate;  // file, for HOST:PORT
  std::string key;          // file, for HOST:PORT
  std::string pin;          // hash in hex, or file with the node's certificate
};

// Not thread safe.
class Context {
 public:
  Context(NodeOptions node, const OutputOptions& output);

  const Output& out() const { return output_; }
  // Where calls go, for messages: unix:PATH or HOST:PORT.
  const std::string& address() const { return node_.node; }
  // The channel to the node. INVALID_ARGUMENT (USAGE) where an option is
  // missing, NOT_FOUND (NO_FILE) where a file is, or as PinnedChannel().
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Channel();

 private:
  NodeOptions node_;
  const Output output_;
  std::shared_ptr<grpc::Channel> channel_;
};

// $MAILLAGE_DIR/admin.sock, or /run/maillage/admin.sock.
std::string DefaultNode();

}  // namespace maillage::cli

#endif  // TOOLS_CLI_CONTEXT_H_

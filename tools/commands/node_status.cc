#include "maillage/v1/node_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class NodeStatus : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    return CallAndShow<v1::NodeService>(context, &v1::NodeService::Stub::GetNodeStatus,
                                        v1::GetNodeStatusRequest(), NodeStatusDetails());
  }
};

}  // namespace

std::unique_ptr<Command> NewNodeStatus() { return std::make_unique<NodeStatus>(); }

}  // namespace maillage::cli

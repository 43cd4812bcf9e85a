#include "maillage/v1/node_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class NodeRecover : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Flag("--now", &now_, "Ends the recovery, whoever has not answered yet");
  }

  absl::Status Run(Context* context) override {
    if (now_) {
      return CallAndShow<v1::NodeService>(context, &v1::NodeService::Stub::RecoverNode,
                                          v1::RecoverNodeRequest(), NodeStatusDetails());
    }
    ASSIGN_OR_RETURN(const v1::NodeStatus status,
                     Call<v1::NodeService>(context, &v1::NodeService::Stub::GetNodeStatus,
                                           v1::GetNodeStatusRequest()));
    const Output& out = context->out();
    if (!status.has_recovery() && out.table()) {
      out.Print(out.Text("The node does not recover from anything."));
    } else {
      out.One(status.recovery(), RecoveryDetails());
    }
    return absl::OkStatus();
  }

 private:
  bool now_ = false;
};

}  // namespace

std::unique_ptr<Command> NewNodeRecover() { return std::make_unique<NodeRecover>(); }

}  // namespace maillage::cli

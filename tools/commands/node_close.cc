#include "maillage/v1/node_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class NodeClose : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("--heir", &heir_, "PARTNER", "Who goes on with this node's records",
                    Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    v1::CloseNodeRequest request;
    request.set_heir(heir_);
    return CallAndShow<v1::NodeService>(context, &v1::NodeService::Stub::CloseNode, request,
                                        NodeStatusDetails());
  }

 private:
  std::string heir_;
};

}  // namespace

std::unique_ptr<Command> NewNodeClose() { return std::make_unique<NodeClose>(); }

}  // namespace maillage::cli

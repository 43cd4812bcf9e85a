#include "client/base/error.h"
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
    arguments->Flag("--for-good", &for_good_, "Says that it is meant: a closed node never opens");
  }
  absl::Status Run(Context* context) override {
    if (!for_good_) {
      return FailedPrecondition("NOT_CONFIRMED", "a closed node changes nothing any more, ever",
                                "add --for-good if that is meant");
    }
    v1::CloseNodeRequest request;
    request.set_heir(heir_);
    return CallAndShow<v1::NodeService>(context, &v1::NodeService::Stub::CloseNode, request,
                                        NodeStatusDetails());
  }

 private:
  std::string heir_;
  bool for_good_ = false;
};

}  // namespace

std::unique_ptr<Command> NewNodeClose() { return std::make_unique<NodeClose>(); }

}  // namespace maillage::cli

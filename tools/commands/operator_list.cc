#include "maillage/v1/node_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/command.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class OperatorList : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    return CallAndList<v1::NodeService>(
        context, &v1::NodeService::Stub::ListOperators, v1::ListOperatorsRequest(),
        &v1::ListOperatorsResponse::operators, OperatorColumns(), {"operator", "operators"});
  }
};

}  // namespace

std::unique_ptr<Command> NewOperatorList() { return std::make_unique<OperatorList>(); }

}  // namespace maillage::cli

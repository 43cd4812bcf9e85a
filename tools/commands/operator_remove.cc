#include "maillage/v1/node_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class OperatorRemove : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    RETURN_IF_ERROR(Call<v1::NodeService>(context, &v1::NodeService::Stub::DeleteOperator,
                                          Named<v1::DeleteOperatorRequest>())
                        .status());
    context->out().Remark(
        context->out().Text("Operator $0 is removed; its next call is refused.", {name()}));
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewOperatorRemove() { return std::make_unique<OperatorRemove>(); }

}  // namespace maillage::cli

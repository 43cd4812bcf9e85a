#include "maillage/v1/objection_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class ObjectionRemove : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    RETURN_IF_ERROR(Call<v1::ObjectionService>(context,
                                               &v1::ObjectionService::Stub::RemoveObjection,
                                               Named<v1::RemoveObjectionRequest>())
                        .status());
    context->out().Remark(context->out().Text("The objection holds no more."));
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewObjectionRemove() { return std::make_unique<ObjectionRemove>(); }

}  // namespace maillage::cli

#include "maillage/v1/actor_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class ActorDelete : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    RETURN_IF_ERROR(Call<v1::ActorService>(context, &v1::ActorService::Stub::DeleteActor,
                                           Named<v1::DeleteActorRequest>())
                        .status());
    context->out().Remark(
        context->out().Text("Actor $0 is deleted; shares withdraw it.", {name()}));
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewActorDelete() { return std::make_unique<ActorDelete>(); }

}  // namespace maillage::cli

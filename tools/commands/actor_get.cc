#include "maillage/v1/actor_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class ActorGet : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    return CallAndShow<v1::ActorService>(context, &v1::ActorService::Stub::GetActor,
                                         Named<v1::GetActorRequest>(), ActorDetails());
  }
};

}  // namespace

std::unique_ptr<Command> NewActorGet() { return std::make_unique<ActorGet>(); }

}  // namespace maillage::cli

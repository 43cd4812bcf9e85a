#include "maillage/v1/erasure_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class ActorErase : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Text("--why", &why_, "TEXT", "Why, in a sentence that names nobody",
                    Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    auto request = Named<v1::EraseActorRequest>();
    request.set_why(why_);
    ASSIGN_OR_RETURN(
        const v1::Erasure erasure,
        Call<v1::ErasureService>(context, &v1::ErasureService::Stub::EraseActor, request));
    context->out().One(erasure, ErasureDetails());
    context->out().Remark(
        context->out().Text("Partners erase it as they are reached. See: maillage erasure show $0",
                            {erasure.name().substr(erasure.name().rfind('/') + 1)}));
    return absl::OkStatus();
  }

 private:
  std::string why_;
};

}  // namespace

std::unique_ptr<Command> NewActorErase() { return std::make_unique<ActorErase>(); }

}  // namespace maillage::cli

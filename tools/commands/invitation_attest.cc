#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class InvitationAttest : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Text("--organiser", &organiser_, "NAME", "The organiser, as printed",
                    Need::kRequired);
    arguments->Text("--proof", &proof_, "TEXT", "What shows the approval", Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    auto request = Named<v1::AttestInvitationRequest>();
    request.set_organiser(organiser_);
    request.set_proof(proof_);
    return CallAndShow<v1::InvitationService>(
        context, &v1::InvitationService::Stub::AttestInvitation, request, InvitationDetails());
  }

 private:
  std::string organiser_;
  std::string proof_;
};

}  // namespace

std::unique_ptr<Command> NewInvitationAttest() { return std::make_unique<InvitationAttest>(); }

}  // namespace maillage::cli

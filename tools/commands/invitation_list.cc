#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/command.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class InvitationList : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    return CallAndList<v1::InvitationService>(
        context, &v1::InvitationService::Stub::ListInvitations, v1::ListInvitationsRequest(),
        &v1::ListInvitationsResponse::invitations, InvitationColumns(),
        {"invitation", "invitations"});
  }
};

}  // namespace

std::unique_ptr<Command> NewInvitationList() { return std::make_unique<InvitationList>(); }

}  // namespace maillage::cli

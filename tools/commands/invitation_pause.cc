#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class InvitationPause : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    return CallAndShow<v1::InvitationService>(context,
                                              &v1::InvitationService::Stub::PauseInvitation,
                                              Named<v1::GetInvitationRequest>(), InvitationBrief());
  }
};

}  // namespace

std::unique_ptr<Command> NewInvitationPause() { return std::make_unique<InvitationPause>(); }

}  // namespace maillage::cli

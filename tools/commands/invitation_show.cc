#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class InvitationShow : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    return CallAndShow<v1::InvitationService>(context, &v1::InvitationService::Stub::GetInvitation,
                                              Named<v1::GetInvitationRequest>(),
                                              InvitationDetails());
  }
};

}  // namespace

std::unique_ptr<Command> NewInvitationShow() { return std::make_unique<InvitationShow>(); }

}  // namespace maillage::cli

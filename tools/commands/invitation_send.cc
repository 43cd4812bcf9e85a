#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class InvitationSend : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    ASSIGN_OR_RETURN(
        const v1::Invitation invitation,
        Call<v1::InvitationService>(context, &v1::InvitationService::Stub::SendInvitation,
                                    Named<v1::GetInvitationRequest>()));
    const Output& out = context->out();
    out.One(invitation, InvitationBrief());
    if (invitation.state() == v1::Invitation::SENDING) {
      out.Remark(out.Text("The mails are leaving. See: maillage invitation watch $0", {name()}));
    }
    if (invitation.state() == v1::Invitation::WAITING) {
      out.Remark(out.Text(
          "Each waits until it is settled who mails whom. See: maillage invitation report $0",
          {name()}));
    }
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewInvitationSend() { return std::make_unique<InvitationSend>(); }

}  // namespace maillage::cli

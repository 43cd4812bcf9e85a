#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class InvitationRecall : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Text("--why", &why_, "TEXT", "Why, for those who were invited", Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    auto request = Named<v1::RecallInvitationRequest>();
    request.set_why(why_);
    ASSIGN_OR_RETURN(const v1::Invitation invitation,
                     Call<v1::InvitationService>(
                         context, &v1::InvitationService::Stub::RecallInvitation, request));
    const Output& out = context->out();
    out.One(invitation, InvitationDetails());
    out.Remark(
        out.Text("No mail leaves any more. Once all have signed, tell those who were "
                 "reached: maillage invitation send $0",
                 {name()}));
    return absl::OkStatus();
  }

 private:
  std::string why_;
};

}  // namespace

std::unique_ptr<Command> NewInvitationRecall() { return std::make_unique<InvitationRecall>(); }

}  // namespace maillage::cli

#include "maillage/v1/cascade_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/cascade_view.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class InvitationIgnoreObjections : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Text("--of", &partner_, "PARTNER", "Whose reports are not to be believed",
                    Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    auto request = Named<v1::IgnoreObjectionsRequest>();
    request.set_partner(partner_);
    ASSIGN_OR_RETURN(
        const v1::Cascade cascade,
        Call<v1::CascadeService>(context, &v1::CascadeService::Stub::IgnoreObjections, request));
    ShowCascade(context->out(), cascade);
    return absl::OkStatus();
  }

 private:
  std::string partner_;
};

}  // namespace

std::unique_ptr<Command> NewInvitationIgnoreObjections() {
  return std::make_unique<InvitationIgnoreObjections>();
}

}  // namespace maillage::cli

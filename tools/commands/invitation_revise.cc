#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/cli/files.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class InvitationRevise : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Text("-f,--file", &file_, "FILE", "The whole invitation as it is to be",
                    Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    auto request = Named<v1::ReviseInvitationRequest>();
    ASSIGN_OR_RETURN(*request.mutable_file(), ReadFile(file_));
    return CallAndShow<v1::InvitationService>(
        context, &v1::InvitationService::Stub::ReviseInvitation, request, InvitationDetails());
  }

 private:
  std::string file_;
};

}  // namespace

std::unique_ptr<Command> NewInvitationRevise() { return std::make_unique<InvitationRevise>(); }

}  // namespace maillage::cli

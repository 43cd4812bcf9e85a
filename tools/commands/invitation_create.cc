#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/files.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class InvitationCreate : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("FILE", &file_, "", "Markdown with TOML front matter; - for standard input",
                    Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    v1::CreateInvitationRequest request;
    ASSIGN_OR_RETURN(*request.mutable_file(), ReadFile(file_));
    return CallAndShow<v1::InvitationService>(
        context, &v1::InvitationService::Stub::CreateInvitation, request, InvitationDetails());
  }

 private:
  std::string file_;
};

}  // namespace

std::unique_ptr<Command> NewInvitationCreate() { return std::make_unique<InvitationCreate>(); }

}  // namespace maillage::cli

#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class InvitationTest : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Text("--to", &mailbox_, "MAILBOX", "Who gets the one copy", Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    static const auto& columns =
        *new std::vector<Column>{{"Answer of the mail server", "smtp_reply"}};
    auto request = Named<v1::TestInvitationRequest>();
    request.set_mailbox(mailbox_);
    return CallAndShow<v1::InvitationService>(context, &v1::InvitationService::Stub::TestInvitation,
                                              request, columns);
  }

 private:
  std::string mailbox_;
};

}  // namespace

std::unique_ptr<Command> NewInvitationTest() { return std::make_unique<InvitationTest>(); }

}  // namespace maillage::cli

#include "maillage/v1/invitation_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

using Service = v1::InvitationService;

class InvitationUncertain : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Flag("--resend", &resend_, "Sends again: some may get a second mail");
    arguments->Flag("--give-up", &give_up_, "Leaves it: some may get none");
  }
  absl::Status Run(Context* context) override {
    if (resend_ && give_up_) return UsageError("--resend and --give-up exclude each other");
    if (resend_) return Resolve(context, v1::ResolveUncertainRequest::RESEND);
    if (give_up_) return Resolve(context, v1::ResolveUncertainRequest::GIVE_UP);
    return CallAndList<Service>(
        context, &Service::Stub::ListUncertain, Named<v1::ListUncertainRequest>(),
        &v1::ListUncertainResponse::recipients, RecipientColumns(), kRecipients);
  }

 private:
  absl::Status Resolve(Context* context, v1::ResolveUncertainRequest::Decision decision) const {
    auto request = Named<v1::ResolveUncertainRequest>();
    request.set_decision(decision);
    return CallAndShow<Service>(context, &Service::Stub::ResolveUncertain, request,
                                ProgressDetails());
  }

  bool resend_ = false;
  bool give_up_ = false;
};

}  // namespace

std::unique_ptr<Command> NewInvitationUncertain() {
  return std::make_unique<InvitationUncertain>();
}

}  // namespace maillage::cli

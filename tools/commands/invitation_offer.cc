#include "maillage/v1/cascade_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/cascade_view.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class InvitationOffer : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Texts("--to", &to_, "PARTNER", "Partners, or the members of a share or partnership",
                     Need::kRequired, Each::kMany);
    arguments->Duration("--claim-time", &claim_time_,
                        "How long they may take to say whom they know; a day if unset");
  }
  absl::Status Run(Context* context) override {
    auto request = Named<v1::OfferInvitationRequest>();
    for (const std::string& one : to_) request.add_to(one);
    request.set_claim_seconds(static_cast<uint32_t>(absl::ToInt64Seconds(claim_time_)));
    ASSIGN_OR_RETURN(
        const v1::Cascade cascade,
        Call<v1::CascadeService>(context, &v1::CascadeService::Stub::OfferInvitation, request));
    ShowCascade(context->out(), cascade);
    context->out().Remark(context->out().Text(
        "Each says whom it knows; nobody is mailed twice. Go on with: maillage invitation send $0",
        {name()}));
    return absl::OkStatus();
  }

 private:
  std::vector<std::string> to_;
  absl::Duration claim_time_;
};

}  // namespace

std::unique_ptr<Command> NewInvitationOffer() { return std::make_unique<InvitationOffer>(); }

}  // namespace maillage::cli

#include "maillage/v1/cascade_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class OfferAccept : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Flag("--accept-duplicates", &accept_duplicates_,
                    "The issuer does not decide: mails all whom this node knows, though others "
                    "may mail some of them too");
  }
  absl::Status Run(Context* context) override {
    auto request = Named<v1::AcceptOfferRequest>();
    request.set_accept_duplicates(accept_duplicates_);
    ASSIGN_OR_RETURN(
        const v1::InvitationOffer offer,
        Call<v1::CascadeService>(context, &v1::CascadeService::Stub::AcceptOffer, request));
    context->out().One(offer, OfferColumns());
    context->out().Remark(context->out().Text(
        "This node says whom it knows, and mails those whom the issuer leaves to it. See: maillage "
        "invitation report $0",
        {offer.invitation().content().reference()}));
    return absl::OkStatus();
  }

 private:
  bool accept_duplicates_ = false;
};

}  // namespace

std::unique_ptr<Command> NewOfferAccept() { return std::make_unique<OfferAccept>(); }

}  // namespace maillage::cli

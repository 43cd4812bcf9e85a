#include "maillage/v1/partner_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class PartnerAccept : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("TOKEN", &token_, "", "As the partner's `partner invite` printed it",
                    Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    v1::AcceptPartnerRequest request;
    request.set_token(token_);
    RETURN_IF_ERROR(CallAndShow<v1::PartnerService>(
        context, &v1::PartnerService::Stub::AcceptPartner, request, PartnerDetails()));
    context->out().Remark(context->out().Text("Compare the six words with the partner by phone."));
    return absl::OkStatus();
  }

 private:
  std::string token_;
};

}  // namespace

std::unique_ptr<Command> NewPartnerAccept() { return std::make_unique<PartnerAccept>(); }

}  // namespace maillage::cli

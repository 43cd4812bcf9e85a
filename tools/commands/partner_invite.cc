#include "maillage/v1/partner_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class PartnerInvite : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    ASSIGN_OR_RETURN(const v1::InvitePartnerResponse answer,
                     Call<v1::PartnerService>(context, &v1::PartnerService::Stub::InvitePartner,
                                              v1::InvitePartnerRequest()));
    const Output& out = context->out();
    if (!out.table()) {
      out.One(answer, PartnerTokenDetails());
      return absl::OkStatus();
    }
    // The token alone, so that it can be piped and copied.
    out.Print(answer.token());
    const auto expiry = Values(answer, PartnerTokenDetails()[1], out.locale());
    out.Remark(
        out.Text("Valid once, until $0. It is a secret: hand it over on a trusted way.", expiry));
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewPartnerInvite() { return std::make_unique<PartnerInvite>(); }

}  // namespace maillage::cli

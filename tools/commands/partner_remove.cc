#include "maillage/v1/partner_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class PartnerRemove : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    RETURN_IF_ERROR(Call<v1::PartnerService>(context, &v1::PartnerService::Stub::DeletePartner,
                                             Named<v1::DeletePartnerRequest>())
                        .status());
    context->out().Remark(
        context->out().Text("$0 is no partner any more; its records leave this node.", {name()}));
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewPartnerRemove() { return std::make_unique<PartnerRemove>(); }

}  // namespace maillage::cli

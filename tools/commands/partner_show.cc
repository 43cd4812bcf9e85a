#include "maillage/v1/partner_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class PartnerShow : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    return CallAndShow<v1::PartnerService>(context, &v1::PartnerService::Stub::GetPartner,
                                           Named<v1::GetPartnerRequest>(), PartnerDetails());
  }
};

}  // namespace

std::unique_ptr<Command> NewPartnerShow() { return std::make_unique<PartnerShow>(); }

}  // namespace maillage::cli

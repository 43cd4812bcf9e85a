#include "maillage/v1/partner_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/command.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class PartnerList : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    return CallAndList<v1::PartnerService>(
        context, &v1::PartnerService::Stub::ListPartners, v1::ListPartnersRequest(),
        &v1::ListPartnersResponse::partners, PartnerColumns(), {"partner", "partners"});
  }
};

}  // namespace

std::unique_ptr<Command> NewPartnerList() { return std::make_unique<PartnerList>(); }

}  // namespace maillage::cli

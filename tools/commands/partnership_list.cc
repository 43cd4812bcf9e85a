#include "maillage/v1/partnership_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class PartnershipList : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    return CallAndList<v1::PartnershipService>(
        context, &v1::PartnershipService::Stub::ListPartnerships, v1::ListPartnershipsRequest(),
        &v1::ListPartnershipsResponse::partnerships, PartnershipColumns(),
        {"partnership", "partnerships"});
  }
};

}  // namespace

std::unique_ptr<Command> NewPartnershipList() { return std::make_unique<PartnershipList>(); }

}  // namespace maillage::cli

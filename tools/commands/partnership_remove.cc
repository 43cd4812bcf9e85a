#include "maillage/v1/partnership_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class PartnershipRemove : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("TITLE", &title_, "", "The partnership's title", Need::kRequired);
    arguments->Text("PARTNER", &partner_, "", "Alias or node id", Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    v1::RemovePartnershipMemberRequest request;
    request.set_partnership(title_);
    request.set_partner(partner_);
    return CallAndShow<v1::PartnershipService>(
        context, &v1::PartnershipService::Stub::RemovePartnershipMember, request,
        PartnershipDetails());
  }

 private:
  std::string title_;
  std::string partner_;
};

}  // namespace

std::unique_ptr<Command> NewPartnershipRemove() { return std::make_unique<PartnershipRemove>(); }

}  // namespace maillage::cli

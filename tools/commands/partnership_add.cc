#include "maillage/v1/partnership_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class PartnershipAdd : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("TITLE", &title_, "", "The partnership's title", Need::kRequired);
    arguments->Text("PARTNER", &partner_, "", "Alias or node id", Need::kRequired);
    arguments->Flag("--relay", &relay_, "It carries between members that cannot dial each other");
  }
  absl::Status Run(Context* context) override {
    v1::AddPartnershipMemberRequest request;
    request.set_partnership(title_);
    request.set_partner(partner_);
    request.set_relay(relay_);
    return CallAndShow<v1::PartnershipService>(context,
                                               &v1::PartnershipService::Stub::AddPartnershipMember,
                                               request, PartnershipDetails());
  }

 private:
  std::string title_;
  std::string partner_;
  bool relay_ = false;
};

}  // namespace

std::unique_ptr<Command> NewPartnershipAdd() { return std::make_unique<PartnershipAdd>(); }

}  // namespace maillage::cli

#include "maillage/v1/partnership_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class PartnershipCreate : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("TITLE", &title_, "", "What people call it", Need::kRequired);
    arguments->Text("--deputy", &deputy_, "PARTNER", "Who may change it when this node is gone");
    arguments->Texts("--relay", &relays_, "PARTNER",
                     "Who carries between members that cannot dial each other");
  }
  absl::Status Run(Context* context) override {
    v1::CreatePartnershipRequest request;
    request.set_title(title_);
    request.set_deputy(deputy_);
    for (const std::string& relay : relays_) request.add_relays(relay);
    return CallAndShow<v1::PartnershipService>(
        context, &v1::PartnershipService::Stub::CreatePartnership, request, PartnershipDetails());
  }

 private:
  std::string title_;
  std::string deputy_;
  std::vector<std::string> relays_;
};

}  // namespace

std::unique_ptr<Command> NewPartnershipCreate() { return std::make_unique<PartnershipCreate>(); }

}  // namespace maillage::cli

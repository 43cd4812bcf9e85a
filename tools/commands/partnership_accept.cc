#include "maillage/v1/partnership_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class PartnershipAccept : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("TITLE", &title_, "", "The partnership's title", Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    v1::AcceptPartnershipRequest request;
    request.set_partnership(title_);
    return CallAndShow<v1::PartnershipService>(
        context, &v1::PartnershipService::Stub::AcceptPartnership, request, PartnershipDetails());
  }

 private:
  std::string title_;
};

}  // namespace

std::unique_ptr<Command> NewPartnershipAccept() { return std::make_unique<PartnershipAccept>(); }

}  // namespace maillage::cli

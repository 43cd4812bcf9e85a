#include "maillage/v1/partner_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class SuccessionAccept : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    return CallAndShow<v1::PartnerService>(context, &v1::PartnerService::Stub::AcceptSuccession,
                                           Named<v1::AcceptSuccessionRequest>(),
                                           SuccessionDetails());
  }
};

}  // namespace

std::unique_ptr<Command> NewSuccessionAccept() { return std::make_unique<SuccessionAccept>(); }

}  // namespace maillage::cli

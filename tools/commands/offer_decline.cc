#include "maillage/v1/cascade_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class OfferDecline : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    return CallAndShow<v1::CascadeService>(context, &v1::CascadeService::Stub::DeclineOffer,
                                           Named<v1::GetInvitationRequest>(), OfferColumns());
  }
};

}  // namespace

std::unique_ptr<Command> NewOfferDecline() { return std::make_unique<OfferDecline>(); }

}  // namespace maillage::cli

#include "maillage/v1/share_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class ShareShow : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    return CallAndShow<v1::ShareService>(context, &v1::ShareService::Stub::GetShare,
                                         Named<v1::GetShareRequest>(), ShareDetails());
  }
};

}  // namespace

std::unique_ptr<Command> NewShareShow() { return std::make_unique<ShareShow>(); }

}  // namespace maillage::cli

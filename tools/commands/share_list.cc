#include "maillage/v1/share_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/command.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ShareList : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    return CallAndList<v1::ShareService>(context, &v1::ShareService::Stub::ListShares,
                                         v1::ListSharesRequest(), &v1::ListSharesResponse::shares,
                                         ShareColumns(), {"share", "shares"});
  }
};

}  // namespace

std::unique_ptr<Command> NewShareList() { return std::make_unique<ShareList>(); }

}  // namespace maillage::cli

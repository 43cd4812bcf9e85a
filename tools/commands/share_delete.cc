#include "maillage/v1/share_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class ShareDelete : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    RETURN_IF_ERROR(Call<v1::ShareService>(context, &v1::ShareService::Stub::DeleteShare,
                                           Named<v1::DeleteShareRequest>())
                        .status());
    context->out().Remark(
        context->out().Text("Share $0 is deleted; its members drop it.", {name()}));
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewShareDelete() { return std::make_unique<ShareDelete>(); }

}  // namespace maillage::cli

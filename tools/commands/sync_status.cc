#include "maillage/v1/share_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/commands.h"
#include "tools/commands/sync_view.h"

namespace maillage::cli {
namespace {

class SyncStatus : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    ASSIGN_OR_RETURN(const v1::SyncStatus status,
                     Call<v1::ShareService>(context, &v1::ShareService::Stub::GetSyncStatus,
                                            v1::GetSyncStatusRequest()));
    ShowSync(context->out(), status);
    return absl::OkStatus();
  }
};

}  // namespace

std::unique_ptr<Command> NewSyncStatus() { return std::make_unique<SyncStatus>(); }

}  // namespace maillage::cli

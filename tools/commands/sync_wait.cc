#include "maillage/v1/share_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/commands.h"
#include "tools/commands/sync_view.h"

namespace maillage::cli {
namespace {

// The node answers in time; this is for one that does not.
constexpr absl::Duration kGrace = absl::Seconds(10);

class SyncWait : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Duration("--timeout", &timeout_, "Gives up after this time; 30s by default");
  }
  absl::Status Run(Context* context) override {
    v1::WaitSyncRequest request;
    request.mutable_timeout()->set_seconds(absl::ToInt64Seconds(timeout_));
    request.mutable_timeout()->set_nanos(static_cast<int32_t>(
        absl::ToInt64Nanoseconds(timeout_ - absl::Trunc(timeout_, absl::Seconds(1)))));
    ASSIGN_OR_RETURN(const v1::SyncStatus status,
                     Call<v1::ShareService>(context, &v1::ShareService::Stub::WaitSync, request,
                                            timeout_ + kGrace));
    ShowSync(context->out(), status);
    return absl::OkStatus();
  }

 private:
  absl::Duration timeout_ = absl::Seconds(30);
};

}  // namespace

std::unique_ptr<Command> NewSyncWait() { return std::make_unique<SyncWait>(); }

}  // namespace maillage::cli

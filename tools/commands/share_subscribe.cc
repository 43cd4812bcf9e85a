#include "maillage/v1/share_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/command.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ShareSubscribe : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("PARTNER", &partner_, "", "The partner whose share it is", Need::kRequired);
    arguments->Text("SHARE", &share_, "", "The share", Need::kRequired);
  }
  absl::Status Run(Context* context) override {
    v1::SubscribeShareRequest request;
    request.set_partner(partner_);
    request.set_share(share_);
    return CallAndShow<v1::ShareService>(context, &v1::ShareService::Stub::SubscribeShare, request,
                                         ShareDetails());
  }

 private:
  std::string partner_;
  std::string share_;
};

}  // namespace

std::unique_ptr<Command> NewShareSubscribe() { return std::make_unique<ShareSubscribe>(); }

}  // namespace maillage::cli

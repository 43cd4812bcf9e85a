#include "maillage/v1/share_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/share_terms.h"

namespace maillage::cli {
namespace {

class ShareUpdate : public Command {
 public:
  void Declare(Arguments* arguments) override { terms_.Declare(arguments); }
  absl::Status Run(Context* context) override {
    ASSIGN_OR_RETURN(const v1::UpdateShareRequest request, terms_.Request());
    return CallAndShow<v1::ShareService>(context, &v1::ShareService::Stub::UpdateShare, request,
                                         ShareDetails());
  }

 private:
  ShareTerms terms_;
};

}  // namespace

std::unique_ptr<Command> NewShareUpdate() { return std::make_unique<ShareUpdate>(); }

}  // namespace maillage::cli

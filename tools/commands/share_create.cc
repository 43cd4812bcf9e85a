#include "maillage/v1/share_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ShareCreate : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("NAME", &title_, "", "What people call it", Need::kRequired);
    arguments->Texts("--to", &members_, "PARTNER", "Who may see it", Need::kRequired, Each::kMany);
    arguments->Text("--filter", &filter_, "FILTER", "Only actors that match");
    arguments->Choice("--view", &view_, "Which fields they see; card (no addresses) by default");
    arguments->Flag("--relay", &relay_, "Members may pass it on to each other");
  }
  absl::Status Run(Context* context) override {
    v1::CreateShareRequest request;
    v1::Share* share = request.mutable_share();
    share->set_title(title_);
    share->set_filter(filter_);
    share->set_view(view_);
    share->set_relayable(relay_);
    for (const std::string& member : members_) share->add_members(member);
    return CallAndShow<v1::ShareService>(context, &v1::ShareService::Stub::CreateShare, request,
                                         ShareDetails());
  }

 private:
  std::string title_;
  std::vector<std::string> members_;
  std::string filter_;
  v1::View view_ = v1::VIEW_CARD;
  bool relay_ = false;
};

}  // namespace

std::unique_ptr<Command> NewShareCreate() { return std::make_unique<ShareCreate>(); }

}  // namespace maillage::cli

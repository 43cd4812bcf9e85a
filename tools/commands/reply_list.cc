#include "maillage/v1/reply_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class ReplyList : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    v1::ListRepliesRequest request;
    request.set_invitation(name());
    return CallAndList<v1::ReplyService>(context, &v1::ReplyService::Stub::ListReplies, request,
                                         &v1::ListRepliesResponse::replies, ReplyColumns(),
                                         kReplies);
  }
};

}  // namespace

std::unique_ptr<Command> NewReplyList() { return std::make_unique<ReplyList>(); }

}  // namespace maillage::cli

#include "absl/strings/str_cat.h"
#include "maillage/v1/actor_service.grpc.pb.h"
#include "maillage/v1/node_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/days.h"

namespace maillage::cli {
namespace {

class ActorDue : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("--by", &by_, "YYYY-MM-DD", "Those that are due by this day; today if unset");
    arguments->Number("--limit", &limit_, "At most so many; 0 for all");
  }

  absl::Status Run(Context* context) override {
    v1::Date day = Today();
    if (!by_.empty()) {
      ASSIGN_OR_RETURN(day, ParseDay("--by", by_));
    }
    ASSIGN_OR_RETURN(const v1::NodeStatus node,
                     Call<v1::NodeService>(context, &v1::NodeService::Stub::GetNodeStatus,
                                           v1::GetNodeStatusRequest()));
    v1::ListActorsRequest request;
    request.set_filter(
        absl::StrCat("retain_until <= ", DayText(day), " AND origin = ", node.alias()));
    RETURN_IF_ERROR(CallAndList<v1::ActorService>(
        context, &v1::ActorService::Stub::ListActors, std::move(request),
        &v1::ListActorsResponse::actors, DueActorColumns(), kActors, limit_));
    context->out().Remark(context->out().Text(
        "Look at each: give it a later retain_until with a reason to keep it, or erase it (RGPD "
        "art. 5.1.e)."));
    return absl::OkStatus();
  }

 private:
  std::string by_;
  int64_t limit_ = 0;
};

}  // namespace

std::unique_ptr<Command> NewActorDue() { return std::make_unique<ActorDue>(); }

}  // namespace maillage::cli

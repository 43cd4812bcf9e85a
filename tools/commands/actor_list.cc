#include "maillage/v1/actor_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ActorList : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("--filter", &filter_, "FILTER", "Only actors that match");
    arguments->Number("--limit", &limit_, "At most so many; 0 for all");
  }
  absl::Status Run(Context* context) override {
    v1::ListActorsRequest request;
    request.set_filter(filter_);
    return CallAndList<v1::ActorService>(context, &v1::ActorService::Stub::ListActors,
                                         std::move(request), &v1::ListActorsResponse::actors,
                                         ActorColumns(), kActors, limit_);
  }

 private:
  std::string filter_;
  int64_t limit_ = 0;
};

}  // namespace

std::unique_ptr<Command> NewActorList() { return std::make_unique<ActorList>(); }

}  // namespace maillage::cli

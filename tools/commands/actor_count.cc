#include "maillage/v1/actor_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ActorCount : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("--filter", &filter_, "FILTER", "Only actors that match");
    arguments->Text("--search", &search_, "TEXT", "Only actors with these words");
  }
  absl::Status Run(Context* context) override {
    v1::CountActorsRequest request;
    request.set_filter(filter_);
    request.set_search(search_);
    ASSIGN_OR_RETURN(
        const v1::CountActorsResponse answer,
        Call<v1::ActorService>(context, &v1::ActorService::Stub::CountActors, request));
    const Output& out = context->out();
    if (out.format() == Format::kJson) {
      out.One(answer, {});
      return absl::OkStatus();
    }
    ListWriter groups(&out, &ActorCountColumns());
    for (const auto& group : answer.groups()) groups.Add(group);
    groups.End();
    if (out.table()) out.Print(out.Count(answer.total_size(), kActors));
    return absl::OkStatus();
  }

 private:
  std::string filter_;
  std::string search_;
};

}  // namespace

std::unique_ptr<Command> NewActorCount() { return std::make_unique<ActorCount>(); }

}  // namespace maillage::cli

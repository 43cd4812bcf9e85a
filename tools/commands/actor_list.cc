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
    arguments->Text(
        "--search", &search_, "TEXT",
        "Only actors with these words, the best first: names, organisations, roles, communes");
    arguments->Number("--limit", &limit_, "At most so many; 0 for all");
    arguments->Flag("--explain", &explain_, "Shows which indexes find them, instead of them");
  }
  absl::Status Run(Context* context) override {
    v1::ListActorsRequest request;
    request.set_filter(filter_);
    request.set_search(search_);
    if (explain_) return Explain(context, std::move(request));
    bool more = false;
    RETURN_IF_ERROR(CallAndList<v1::ActorService>(
        context, &v1::ActorService::Stub::ListActors, std::move(request),
        &v1::ListActorsResponse::actors, ActorColumns(), kActors, limit_,
        [&](const v1::ListActorsResponse& page) { more |= page.total_is_least(); }));
    const Output& out = context->out();
    if (more) {
      out.Remark(
          out.Text("There are more: very many words begin like the last one of the search."));
    }
    return absl::OkStatus();
  }

 private:
  static absl::Status Explain(Context* context, v1::ListActorsRequest request) {
    request.set_explain(true);
    request.set_page_size(1);
    ASSIGN_OR_RETURN(const v1::ListActorsResponse answer,
                     Call<v1::ActorService>(context, &v1::ActorService::Stub::ListActors, request));
    ListWriter list(&context->out(), &IndexUseColumns());
    for (const v1::IndexUse& use : answer.explanation()) list.Add(use);
    list.End();
    return absl::OkStatus();
  }

  std::string filter_;
  std::string search_;
  int64_t limit_ = 0;
  bool explain_ = false;
};

}  // namespace

std::unique_ptr<Command> NewActorList() { return std::make_unique<ActorList>(); }

}  // namespace maillage::cli

#include "maillage/v1/actor_service.grpc.pb.h"
#include "maillage/v1/suggestion_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/actor_lookup.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class SuggestionMake : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("--why", &why_, "TEXT", "Why, for its reader");
    arguments->Texts("NAME FIELD=VALUE", &words_, "", "The actor, then what changes",
                     Need::kRequired);
    arguments->Note("Fields", FieldNames());
  }

  absl::Status Run(Context* context) override {
    if (words_.size() < 2) return UsageError("nothing changes");
    v1::GetActorRequest get;
    get.set_name(words_[0]);
    v1::MakeSuggestionRequest request;
    ASSIGN_OR_RETURN(*request.mutable_actor(),
                     Call<v1::ActorService>(context, &v1::ActorService::Stub::GetActor, get));
    std::set<std::string> touched;
    RETURN_IF_ERROR(ApplyFields({words_.begin() + 1, words_.end()}, LookUpAtNode(context),
                                request.mutable_actor(), &touched));
    for (const std::string& field : touched) request.mutable_update_mask()->add_paths(field);
    request.set_why(why_);
    return CallAndShow<v1::SuggestionService>(context, &v1::SuggestionService::Stub::MakeSuggestion,
                                              request, SuggestionDetails());
  }

 private:
  std::string why_;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> NewSuggestionMake() { return std::make_unique<SuggestionMake>(); }

}  // namespace maillage::cli

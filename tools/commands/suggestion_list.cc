#include "maillage/v1/suggestion_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class SuggestionList : public Command {
 public:
  void Declare(Arguments*) override {}
  absl::Status Run(Context* context) override {
    return CallAndList<v1::SuggestionService>(
        context, &v1::SuggestionService::Stub::ListSuggestions, v1::ListSuggestionsRequest(),
        &v1::ListSuggestionsResponse::suggestions, SuggestionColumns(),
        {"suggestion", "suggestions"});
  }
};

}  // namespace

std::unique_ptr<Command> NewSuggestionList() { return std::make_unique<SuggestionList>(); }

}  // namespace maillage::cli

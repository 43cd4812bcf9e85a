#include "maillage/v1/suggestion_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class SuggestionAccept : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    return CallAndShow<v1::SuggestionService>(
        context, &v1::SuggestionService::Stub::AcceptSuggestion,
        Named<v1::DecideSuggestionRequest>(), SuggestionDetails());
  }
};

}  // namespace

std::unique_ptr<Command> NewSuggestionAccept() { return std::make_unique<SuggestionAccept>(); }

}  // namespace maillage::cli

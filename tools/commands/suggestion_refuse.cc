#include "maillage/v1/suggestion_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class SuggestionRefuse : public NamedCommand {
 public:
  void Declare(Arguments* arguments) override {
    NamedCommand::Declare(arguments);
    arguments->Text("--why", &why_, "TEXT", "Why, for its reader");
  }

  absl::Status Run(Context* context) override {
    auto request = Named<v1::DecideSuggestionRequest>();
    request.set_why(why_);
    return CallAndShow<v1::SuggestionService>(
        context, &v1::SuggestionService::Stub::RefuseSuggestion, request, SuggestionDetails());
  }

 private:
  std::string why_;
};

}  // namespace

std::unique_ptr<Command> NewSuggestionRefuse() { return std::make_unique<SuggestionRefuse>(); }

}  // namespace maillage::cli

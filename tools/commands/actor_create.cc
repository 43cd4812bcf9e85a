#include "client/base/clock.h"
#include "client/base/ids.h"
#include "maillage/v1/actor_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/files.h"
#include "tools/commands/actor_lookup.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ActorCreate : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("-f,--file", &file_, "FILE", "An actor in JSON; - for standard input");
    arguments->Texts("FIELD=VALUE", &fields_, "", "What is known of it");
    arguments->Note("Fields", FieldNames());
  }
  absl::Status Run(Context* context) override {
    if (file_.empty() && fields_.empty()) return UsageError("nothing is said of the actor");
    v1::CreateActorRequest request;
    std::set<std::string> touched;
    if (!file_.empty()) {
      ASSIGN_OR_RETURN(const std::string json, ReadFile(file_));
      RETURN_IF_ERROR(ApplyJson(json, request.mutable_actor(), &touched));
      request.mutable_actor()->clear_name();
    }
    RETURN_IF_ERROR(ApplyFields(fields_, LookUpAtNode(context), request.mutable_actor(), &touched));
    request.set_request_id(ToText(NewRecordId(Clock::Real().Now())));
    return CallAndShow<v1::ActorService>(context, &v1::ActorService::Stub::CreateActor, request,
                                         ActorDetails());
  }

 private:
  std::string file_;
  std::vector<std::string> fields_;
};

}  // namespace

std::unique_ptr<Command> NewActorCreate() { return std::make_unique<ActorCreate>(); }

}  // namespace maillage::cli

#include "absl/strings/match.h"
#include "maillage/v1/actor_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/files.h"
#include "tools/commands/actor_lookup.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ActorUpdate : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("-f,--file", &file_, "FILE", "An actor in JSON; - for standard input");
    arguments->Texts("NAME FIELD=VALUE", &words_, "",
                     "The actor (not needed with -f), then what changes");
    arguments->Note("Fields", FieldNames());
  }

  absl::Status Run(Context* context) override {
    v1::Actor given;  // what the file says; its name and etag count
    std::set<std::string> touched;
    if (!file_.empty()) {
      ASSIGN_OR_RETURN(json_, ReadFile(file_));
      RETURN_IF_ERROR(ApplyJson(json_, &given, &touched));
    }
    std::vector<std::string> fields = words_;
    std::string name = given.name();
    if (!fields.empty() && !absl::StrContains(fields[0], '=')) {
      name = fields[0];
      fields.erase(fields.begin());
    }
    if (name.empty()) return UsageError("which actor?");
    if (file_.empty() && fields.empty()) return UsageError("nothing changes");
    return Update(context, name, fields);
  }

 private:
  // Reads, changes and writes under the etag that was read, so that what others
  // change meanwhile is not lost.
  absl::Status Update(Context* context, const std::string& name,
                      const std::vector<std::string>& fields) const {
    v1::GetActorRequest get;
    get.set_name(name);
    v1::UpdateActorRequest request;
    ASSIGN_OR_RETURN(*request.mutable_actor(),
                     Call<v1::ActorService>(context, &v1::ActorService::Stub::GetActor, get));
    const std::string full_name = request.actor().name();
    std::set<std::string> touched;
    if (!json_.empty()) RETURN_IF_ERROR(ApplyJson(json_, request.mutable_actor(), &touched));
    request.mutable_actor()->set_name(full_name);
    RETURN_IF_ERROR(ApplyFields(fields, LookUpAtNode(context), request.mutable_actor(), &touched));
    for (const std::string& field : touched) request.mutable_update_mask()->add_paths(field);
    return CallAndShow<v1::ActorService>(context, &v1::ActorService::Stub::UpdateActor, request,
                                         ActorDetails());
  }

  std::string file_;
  std::string json_;
  std::vector<std::string> words_;
};

}  // namespace

std::unique_ptr<Command> NewActorUpdate() { return std::make_unique<ActorUpdate>(); }

}  // namespace maillage::cli

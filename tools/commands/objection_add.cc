#include "maillage/v1/objection_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ObjectionAdd : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("MAILBOX", &mailbox_, "", "The address of who objects; it is not kept",
                    Need::kRequired);
    arguments->Text("--scope", &scope_, "all|issuer:NODE|theme:THEME",
                    "To what; invitations of this node if unset");
    arguments->Text("--how", &how_, "TEXT", "How it was made, naming nobody: a letter, a call");
  }
  absl::Status Run(Context* context) override {
    v1::AddObjectionRequest request;
    request.set_mailbox(mailbox_);
    request.set_scope(scope_);
    request.set_how(how_);
    return CallAndShow<v1::ObjectionService>(context, &v1::ObjectionService::Stub::AddObjection,
                                             request, ObjectionDetails());
  }

 private:
  std::string mailbox_;
  std::string scope_;
  std::string how_;
};

}  // namespace

std::unique_ptr<Command> NewObjectionAdd() { return std::make_unique<ObjectionAdd>(); }

}  // namespace maillage::cli

#include "maillage/v1/objection_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ObjectionList : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("--mailbox", &mailbox_, "MAILBOX", "Only those of this address");
  }
  absl::Status Run(Context* context) override {
    v1::ListObjectionsRequest request;
    request.set_mailbox(mailbox_);
    return CallAndList<v1::ObjectionService>(
        context, &v1::ObjectionService::Stub::ListObjections, std::move(request),
        &v1::ListObjectionsResponse::objections, ObjectionColumns(), {"objection", "objections"});
  }

 private:
  std::string mailbox_;
};

}  // namespace

std::unique_ptr<Command> NewObjectionList() { return std::make_unique<ObjectionList>(); }

}  // namespace maillage::cli

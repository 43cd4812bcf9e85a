#include <iostream>

#include "maillage/v1/node_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/files.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class NodeRotate : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("KEY", &key_, "", "signing, tls or root", Need::kRequired);
    arguments->Flag("--revoke", &revoke_, "The old key was stolen: it counts no more at once");
    arguments->Flag("--despite-absent", &despite_absent_,
                    "tls: although some partners are not connected and will not hear of it");
  }

  absl::Status Run(Context* context) override {
    if (key_ == "root") return ReplaceRoot(context);
    v1::RotateKeyRequest request;
    if (key_ != "signing" && key_ != "tls") {
      return UsageError("KEY is one of signing, tls, root");
    }
    request.set_key(key_ == "tls" ? v1::RotateKeyRequest::TLS : v1::RotateKeyRequest::SIGNING);
    request.set_revoke(revoke_);
    request.set_despite_absent(despite_absent_);
    return CallAndShow<v1::NodeService>(context, &v1::NodeService::Stub::RotateKey, request,
                                        RotationDetails());
  }

 private:
  // The sheet is typed or piped in, so that it stands in no history of commands.
  static absl::Status ReplaceRoot(Context* context) {
    const Output& out = context->out();
    if (out.options().terminal) {
      out.Remark(out.Text("Type what the recovery sheet says, then Ctrl-D:"));
    }
    v1::ReplaceRootRequest request;
    ASSIGN_OR_RETURN(*request.mutable_recovery_sheet(), ReadFile("-"));
    ASSIGN_OR_RETURN(const v1::ReplaceRootResponse prepared,
                     Call<v1::NodeService>(context, &v1::NodeService::Stub::ReplaceRoot, request));
    // Before the old root key is gone.
    out.Print(prepared.next_recovery_sheet());
    out.options().out->flush();
    request.set_next_recovery_key_hash(prepared.next_recovery_key_hash());
    const auto done = Call<v1::NodeService>(context, &v1::NodeService::Stub::ReplaceRoot, request);
    if (!done.ok()) {
      out.Remark(out.Text("The old recovery sheet may still be the good one: keep both."));
      return done.status();
    }
    out.Remark(
        out.Text("The root key is replaced. This is the new recovery sheet: print it, lock "
                 "it away, destroy the old one."));
    return absl::OkStatus();
  }

  std::string key_;
  bool revoke_ = false;
  bool despite_absent_ = false;
};

}  // namespace

std::unique_ptr<Command> NewNodeRotate() { return std::make_unique<NodeRotate>(); }

}  // namespace maillage::cli

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "maillage/v1/node_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/cli/files.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class OperatorAdd : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("ALIAS", &alias_, "", "Short name, unique here", Need::kRequired);
    arguments->Choice("--role", &role_, "What the operator may do", Need::kRequired);
    arguments->Text("--out", &directory_, "DIR", "Where ALIAS.crt, ALIAS.key and node.crt go");
  }

  absl::Status Run(Context* context) override {
    RETURN_IF_ERROR(CheckPlace());
    v1::CreateOperatorRequest request;
    request.set_alias(alias_);
    request.set_role(role_);
    ASSIGN_OR_RETURN(
        const v1::CreateOperatorResponse answer,
        Call<v1::NodeService>(context, &v1::NodeService::Stub::CreateOperator, request));
    if (const absl::Status written = Write(answer); !written.ok()) {
      return Error(written.code(), ErrorReason(written),
                   absl::StrCat("the operator exists, but its key is lost: ", written.message()),
                   absl::StrCat("Run `maillage operator remove ", alias_, "` and try again."));
    }
    context->out().One(answer.operator_(), OperatorColumns());
    context->out().Remark(context->out().Text(
        "Written: $0, $1 (secret), $2.", {Path(alias_, ".crt"), Path(alias_, ".key"), NodePath()}));
    return absl::OkStatus();
  }

 private:
  std::string Path(const std::string& name, const char* extension) const {
    return (std::filesystem::path(directory_) / absl::StrCat(name, extension)).string();
  }
  std::string NodePath() const { return Path("node", ".crt"); }

  // Before the operator is made: afterwards its key would be lost.
  absl::Status CheckPlace() const {
    std::error_code error;
    std::filesystem::create_directories(directory_, error);
    if (error) {
      return Unavailable("FILE_UNWRITABLE", absl::StrCat(directory_, ": ", error.message()));
    }
    for (const char* extension : {".crt", ".key"}) {
      if (!std::filesystem::exists(Path(alias_, extension), error)) continue;
      return Error(absl::StatusCode::kAlreadyExists, "FILE_EXISTS",
                   absl::StrCat(Path(alias_, extension), " is there already"),
                   "Move it away, or choose another place with --out.");
    }
    return absl::OkStatus();
  }

  absl::Status Write(const v1::CreateOperatorResponse& answer) const {
    RETURN_IF_ERROR(WriteNewFile(Path(alias_, ".key"), answer.private_key_pem(), Secrecy::kSecret));
    RETURN_IF_ERROR(WriteNewFile(Path(alias_, ".crt"), answer.certificate_pem(), Secrecy::kPublic));
    std::error_code error;
    std::filesystem::remove(NodePath(), error);  // several operators share a directory
    return WriteNewFile(NodePath(), answer.node_certificate_pem(), Secrecy::kPublic);
  }

  std::string alias_;
  v1::Role role_ = v1::ROLE_UNSPECIFIED;
  std::string directory_ = ".";
};

}  // namespace

std::unique_ptr<Command> NewOperatorAdd() { return std::make_unique<OperatorAdd>(); }

}  // namespace maillage::cli

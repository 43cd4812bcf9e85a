#include <filesystem>

#include "maillage/v1/node_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

// The first one of a large node copies all of it, and reads it back.
constexpr absl::Duration kPatience = absl::Hours(12);

class NodeBackup : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Text("FOLDER", &folder_, "", "Folder of the node's machine, best on another disk",
                    Need::kRequired);
    arguments->Number("--keep", &keep_, "The folder keeps this many; all by default");
  }

  absl::Status Run(Context* context) override {
    v1::BackupNodeRequest request;
    request.set_folder(std::filesystem::absolute(folder_).lexically_normal().string());
    request.set_keep(static_cast<uint32_t>(keep_));
    ASSIGN_OR_RETURN(
        const v1::BackupNodeResponse response,
        Call<v1::NodeService>(context, &v1::NodeService::Stub::BackupNode, request, kPatience));
    ListWriter list(&context->out(), &BackupColumns());
    for (const v1::NodeBackup& backup : response.backups()) list.Add(backup);
    list.End({"backup", "backups"}, response.backups_size());
    context->out().Remark(
        context->out().Text("Keys are in no backup: keep a copy of DIR/keys and of DIR/erase.log "
                            "elsewhere."));
    return absl::OkStatus();
  }

 private:
  std::string folder_;
  int64_t keep_ = 0;
};

}  // namespace

std::unique_ptr<Command> NewNodeBackup() { return std::make_unique<NodeBackup>(); }

}  // namespace maillage::cli

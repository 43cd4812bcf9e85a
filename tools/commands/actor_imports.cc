#include "maillage/v1/interchange_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class ActorImports : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Number("--limit", &limit_, "At most so many; 0 for all");
  }
  absl::Status Run(Context* context) override {
    return CallAndList<v1::InterchangeService>(
        context, &v1::InterchangeService::Stub::ListImportBatches, v1::ListImportBatchesRequest(),
        &v1::ListImportBatchesResponse::import_batches, ImportBatchColumns(), {"import", "imports"},
        limit_);
  }

 private:
  int64_t limit_ = 0;
};

}  // namespace

std::unique_ptr<Command> NewActorImports() { return std::make_unique<ActorImports>(); }

}  // namespace maillage::cli

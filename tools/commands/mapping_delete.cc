#include "maillage/v1/interchange_service.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class MappingDelete : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    return Call<v1::InterchangeService>(context, &v1::InterchangeService::Stub::DeleteMapping,
                                        Named<v1::DeleteMappingRequest>())
        .status();
  }
};

}  // namespace

std::unique_ptr<Command> NewMappingDelete() { return std::make_unique<MappingDelete>(); }

}  // namespace maillage::cli

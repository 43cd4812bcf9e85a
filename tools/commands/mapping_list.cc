#include "maillage/v1/interchange_service.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class MappingList : public Command {
 public:
  void Declare(Arguments* /*arguments*/) override {}
  absl::Status Run(Context* context) override {
    return CallAndList<v1::InterchangeService>(
        context, &v1::InterchangeService::Stub::ListMappings, v1::ListMappingsRequest(),
        &v1::ListMappingsResponse::mappings, MappingColumns(), {"mapping", "mappings"});
  }
};

}  // namespace

std::unique_ptr<Command> NewMappingList() { return std::make_unique<MappingList>(); }

}  // namespace maillage::cli

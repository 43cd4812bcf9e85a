#include "maillage/v1/territory.grpc.pb.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"
#include "tools/commands/named_command.h"

namespace maillage::cli {
namespace {

class TerritoryShow : public NamedCommand {
 public:
  absl::Status Run(Context* context) override {
    return CallAndShow<v1::TerritoryService>(context, &v1::TerritoryService::Stub::GetTerritory,
                                             Named<v1::GetTerritoryRequest>(), TerritoryDetails());
  }
};

}  // namespace

std::unique_ptr<Command> NewTerritoryShow() { return std::make_unique<TerritoryShow>(); }

}  // namespace maillage::cli

#include "maillage/v1/territory.grpc.pb.h"
#include "tools/cli/arguments.h"
#include "tools/cli/calls.h"
#include "tools/commands/columns.h"
#include "tools/commands/commands.h"

namespace maillage::cli {
namespace {

class TerritoryList : public Command {
 public:
  void Declare(Arguments* arguments) override {
    arguments->Choice("--level", &level_, "Only this level");
    arguments->Text("--within", &within_, "CODE", "Only what lies below this territory");
    arguments->Number("--limit", &limit_, "At most so many; 0 for all");
  }
  absl::Status Run(Context* context) override {
    v1::ListTerritoriesRequest request;
    request.set_level(level_);
    request.set_within(within_);
    return CallAndList<v1::TerritoryService>(
        context, &v1::TerritoryService::Stub::ListTerritories, std::move(request),
        &v1::ListTerritoriesResponse::territories, TerritoryColumns(), {"territory", "territories"},
        limit_);
  }

 private:
  v1::TerritoryLevel level_ = v1::TERRITORY_LEVEL_UNSPECIFIED;
  std::string within_;
  int64_t limit_ = 0;
};

}  // namespace

std::unique_ptr<Command> NewTerritoryList() { return std::make_unique<TerritoryList>(); }

}  // namespace maillage::cli

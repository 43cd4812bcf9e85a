#include "tools/commands/actor_lookup.h"

#include "maillage/v1/territory.grpc.pb.h"
#include "tools/cli/calls.h"

namespace maillage::cli {

TerritoryLookup LookUpAtNode(Context* context) {
  return [context](const std::string& code) -> absl::StatusOr<v1::TerritoryRef> {
    v1::GetTerritoryRequest request;
    request.set_name(code);
    ASSIGN_OR_RETURN(
        const v1::Territory territory,
        Call<v1::TerritoryService>(context, &v1::TerritoryService::Stub::GetTerritory, request));
    return territory.ref();
  };
}

}  // namespace maillage::cli

#include "server/rpc/territory_service.h"

#include <algorithm>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/grpc_status.h"
#include "client/base/status_macros.h"
#include "server/directory/territories.h"

namespace maillage::rpc {
namespace {

using directory::Territories;

constexpr int kDefaultPage = 100;
constexpr int kMaxPage = 1000;

absl::Status List(const v1::ListTerritoriesRequest& request,
                  v1::ListTerritoriesResponse* response) {
  const Territories& official = Territories::Official();
  const v1::Territory* above = nullptr;
  if (!request.within().empty()) {
    ASSIGN_OR_RETURN(above, official.Parse(request.within()));
  }
  std::vector<const v1::Territory*> matches;
  for (const v1::Territory* territory : official.all()) {
    const bool level = request.level() == v1::TERRITORY_LEVEL_UNSPECIFIED ||
                       territory->ref().level() == request.level();
    if (level && (above == nullptr || official.Within(territory->ref(), above->ref()))) {
      matches.push_back(territory);
    }
  }
  // The table never changes while the process runs: an offset is stable.
  size_t start = 0;
  if (!request.page_token().empty() &&
      (!absl::SimpleAtoi(request.page_token(), &start) || start > matches.size())) {
    return InvalidArgument("BAD_PAGE_TOKEN", "the page token is not of this list",
                           "start again without a page token");
  }
  const size_t limit =
      request.page_size() <= 0 ? kDefaultPage : std::min(request.page_size(), kMaxPage);
  const size_t end = std::min(matches.size(), start + limit);
  for (size_t i = start; i < end; ++i) *response->add_territories() = *matches[i];
  if (end < matches.size()) response->set_next_page_token(absl::StrCat(end));
  response->set_total_size(static_cast<int64_t>(matches.size()));
  return absl::OkStatus();
}

}  // namespace

grpc::Status TerritoryService::GetTerritory(grpc::ServerContext*,
                                            const v1::GetTerritoryRequest* request,
                                            v1::Territory* response) {
  const auto territory = Territories::Official().Parse(request->name());
  if (!territory.ok()) return ToGrpcStatus(territory.status());
  *response = **territory;
  return grpc::Status::OK;
}

grpc::Status TerritoryService::ListTerritories(grpc::ServerContext*,
                                               const v1::ListTerritoriesRequest* request,
                                               v1::ListTerritoriesResponse* response) {
  return ToGrpcStatus(List(*request, response));
}

}  // namespace maillage::rpc

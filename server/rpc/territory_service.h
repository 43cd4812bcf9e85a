// The official territories over gRPC.
#ifndef SERVER_RPC_TERRITORY_SERVICE_H_
#define SERVER_RPC_TERRITORY_SERVICE_H_

#include "maillage/v1/territory.grpc.pb.h"

namespace maillage::rpc {

// Thread safe.
class TerritoryService final : public v1::TerritoryService::Service {
 public:
  grpc::Status GetTerritory(grpc::ServerContext* context, const v1::GetTerritoryRequest* request,
                            v1::Territory* response) override;
  grpc::Status ListTerritories(grpc::ServerContext* context,
                               const v1::ListTerritoriesRequest* request,
                               v1::ListTerritoriesResponse* response) override;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_TERRITORY_SERVICE_H_

// Erasures over gRPC.
#ifndef SERVER_RPC_ERASURE_SERVICE_H_
#define SERVER_RPC_ERASURE_SERVICE_H_

#include "maillage/v1/erasure_service.grpc.pb.h"
#include "server/directory/directory.h"
#include "server/rpc/authentication.h"
#include "server/sharing/erasures.h"

namespace maillage::rpc {

// Thread safe.
class ErasureService final : public v1::ErasureService::Service {
 public:
  // All must outlive the service.
  ErasureService(const directory::Directory* directory, sharing::Erasures* erasures,
                 const Callers* callers)
      : directory_(directory), erasures_(erasures), callers_(callers) {}

  grpc::Status EraseActor(grpc::ServerContext* context, const v1::EraseActorRequest* request,
                          v1::Erasure* response) override;
  grpc::Status GetErasure(grpc::ServerContext* context, const v1::GetErasureRequest* request,
                          v1::Erasure* response) override;
  grpc::Status ListErasures(grpc::ServerContext* context, const v1::ListErasuresRequest* request,
                            v1::ListErasuresResponse* response) override;

 private:
  const directory::Directory* const directory_;
  sharing::Erasures* const erasures_;
  const Callers* const callers_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_ERASURE_SERVICE_H_

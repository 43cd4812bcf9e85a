// Objections over gRPC.
#ifndef SERVER_RPC_OBJECTION_SERVICE_H_
#define SERVER_RPC_OBJECTION_SERVICE_H_

#include "maillage/v1/objection_service.grpc.pb.h"
#include "server/directory/objections.h"
#include "server/rpc/authentication.h"

namespace maillage::rpc {

// Thread safe.
class ObjectionService final : public v1::ObjectionService::Service {
 public:
  // Both must outlive the service.
  ObjectionService(directory::Objections* objections, const Callers* callers)
      : objections_(objections), callers_(callers) {}

  grpc::Status AddObjection(grpc::ServerContext* context, const v1::AddObjectionRequest* request,
                            v1::Objection* response) override;
  grpc::Status ListObjections(grpc::ServerContext* context,
                              const v1::ListObjectionsRequest* request,
                              v1::ListObjectionsResponse* response) override;
  grpc::Status RemoveObjection(grpc::ServerContext* context,
                               const v1::RemoveObjectionRequest* request,
                               google::protobuf::Empty* response) override;

 private:
  directory::Objections* const objections_;
  const Callers* const callers_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_OBJECTION_SERVICE_H_

// The history of actors over gRPC.
#ifndef SERVER_RPC_HISTORY_SERVICE_H_
#define SERVER_RPC_HISTORY_SERVICE_H_

#include "maillage/v1/history_service.grpc.pb.h"
#include "server/directory/directory.h"

namespace maillage::rpc {

// Thread safe.
class HistoryService final : public v1::HistoryService::Service {
 public:
  // `directory` must outlive the service.
  explicit HistoryService(const directory::Directory* directory) : directory_(directory) {}

  grpc::Status GetActorHistory(grpc::ServerContext* context,
                               const v1::GetActorHistoryRequest* request,
                               v1::GetActorHistoryResponse* response) override;

 private:
  const directory::Directory* const directory_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_HISTORY_SERVICE_H_

#include "server/rpc/history_service.h"

#include <utility>

#include "client/base/grpc_status.h"

namespace maillage::rpc {

grpc::Status HistoryService::GetActorHistory(grpc::ServerContext*,
                                             const v1::GetActorHistoryRequest* request,
                                             v1::GetActorHistoryResponse* response) {
  auto history = directory_->History(*request);
  if (!history.ok()) return ToGrpcStatus(history.status());
  *response = *std::move(history);
  return grpc::Status::OK;
}

}  // namespace maillage::rpc

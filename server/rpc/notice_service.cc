#include "server/rpc/notice_service.h"

#include "client/base/grpc_status.h"

namespace maillage::rpc {

grpc::Status NoticeService::RecordNotice(grpc::ServerContext* context,
                                         const v1::RecordNoticeRequest* request,
                                         grpc::ServerWriter<v1::RecordNoticeResponse>* stream) {
  const auto recorded =
      notices_.Record(*request, callers_->Of(*context).Who(),
                      [stream](const v1::RecordNoticeResponse& counts) { stream->Write(counts); });
  if (!recorded.ok()) return ToGrpcStatus(recorded.status());
  stream->Write(*recorded);
  return grpc::Status::OK;
}

}  // namespace maillage::rpc

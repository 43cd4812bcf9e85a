// Notices to persons over gRPC.
#ifndef SERVER_RPC_NOTICE_SERVICE_H_
#define SERVER_RPC_NOTICE_SERVICE_H_

#include <utility>

#include "maillage/v1/notice_service.grpc.pb.h"
#include "server/directory/notices.h"
#include "server/rpc/authentication.h"

namespace maillage::rpc {

// Thread safe.
class NoticeService final : public v1::NoticeService::Service {
 public:
  // `callers` must outlive the service.
  NoticeService(directory::Notices notices, const Callers* callers)
      : notices_(std::move(notices)), callers_(callers) {}

  grpc::Status RecordNotice(grpc::ServerContext* context, const v1::RecordNoticeRequest* request,
                            grpc::ServerWriter<v1::RecordNoticeResponse>* stream) override;

 private:
  const directory::Notices notices_;
  const Callers* const callers_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_NOTICE_SERVICE_H_

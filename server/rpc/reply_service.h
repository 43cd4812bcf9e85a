// Replies to invitations.
#ifndef SERVER_RPC_REPLY_SERVICE_H_
#define SERVER_RPC_REPLY_SERVICE_H_

#include "maillage/v1/reply_service.grpc.pb.h"
#include "server/broadcast/replies.h"
#include "server/rpc/authentication.h"

namespace maillage::rpc {

// Thread safe.
class ReplyService final : public v1::ReplyService::Service {
 public:
  // Both must outlive the service.
  ReplyService(broadcast::Replies* replies, const Callers* callers)
      : replies_(replies), callers_(callers) {}

  grpc::Status ListReplies(grpc::ServerContext* context, const v1::ListRepliesRequest* request,
                           v1::ListRepliesResponse* response) override;
  grpc::Status AddReply(grpc::ServerContext* context, const v1::AddReplyRequest* request,
                        v1::Reply* response) override;

 private:
  broadcast::Replies* const replies_;
  const Callers* const callers_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_REPLY_SERVICE_H_

#include "server/rpc/reply_service.h"

#include <vector>

#include "absl/strings/str_format.h"
#include "client/base/grpc_status.h"
#include "server/rpc/paging.h"

namespace maillage::rpc {
namespace {

// In the order of the list, also from page to page while replies change.
std::string Place(const v1::Reply& reply) {
  const int standing = reply.standing() == v1::REPLY_STANDING_UNSPECIFIED ? 3 : reply.standing();
  return absl::StrFormat("%d%010d%020d%09d%s", standing, reply.wait_number(),
                         reply.create_time().seconds(), reply.create_time().nanos(), reply.name());
}

}  // namespace

grpc::Status ReplyService::ListReplies(grpc::ServerContext*, const v1::ListRepliesRequest* request,
                                       v1::ListRepliesResponse* response) {
  const auto list = replies_->List(request->invitation());
  if (!list.ok()) return ToGrpcStatus(list.status());
  const auto page = PageOf(*request, *list, Place);
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (const v1::Reply& reply : page->items) *response->add_replies() = reply;
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status ReplyService::AddReply(grpc::ServerContext* context,
                                    const v1::AddReplyRequest* request, v1::Reply* response) {
  auto reply = replies_->Add(*request, callers_->Of(*context).Who());
  if (!reply.ok()) return ToGrpcStatus(reply.status());
  *response = *std::move(reply);
  return grpc::Status::OK;
}

}  // namespace maillage::rpc

#include "server/rpc/objection_service.h"

#include <utility>

#include "client/base/grpc_status.h"
#include "server/rpc/paging.h"

namespace maillage::rpc {

grpc::Status ObjectionService::AddObjection(grpc::ServerContext* context,
                                            const v1::AddObjectionRequest* request,
                                            v1::Objection* response) {
  auto added = objections_->Add(request->mailbox(), request->scope(), request->how(),
                                callers_->Of(*context).Who());
  if (added.ok()) *response = *std::move(added);
  return ToGrpcStatus(added.status());
}

grpc::Status ObjectionService::ListObjections(grpc::ServerContext*,
                                              const v1::ListObjectionsRequest* request,
                                              v1::ListObjectionsResponse* response) {
  const auto all = objections_->List(request->mailbox());
  if (!all.ok()) return ToGrpcStatus(all.status());
  auto page =
      PageOf(*request, *all, [](const v1::Objection& objection) { return objection.name(); });
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (v1::Objection& objection : page->items) *response->add_objections() = std::move(objection);
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status ObjectionService::RemoveObjection(grpc::ServerContext* context,
                                               const v1::RemoveObjectionRequest* request,
                                               google::protobuf::Empty*) {
  return ToGrpcStatus(objections_->Remove(request->name(), callers_->Of(*context).Who()));
}

}  // namespace maillage::rpc

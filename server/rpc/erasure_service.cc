#include "server/rpc/erasure_service.h"

#include <utility>

#include "client/base/grpc_status.h"
#include "server/rpc/answer.h"
#include "server/rpc/paging.h"

namespace maillage::rpc {

grpc::Status ErasureService::EraseActor(grpc::ServerContext* context,
                                        const v1::EraseActorRequest* request,
                                        v1::Erasure* response) {
  const auto id = directory_->FindOwn(request->name());
  if (!id.ok()) return ToGrpcStatus(id.status());
  return Answer(erasures_->Erase(*id, request->why(), callers_->Of(*context).Who()), response);
}

grpc::Status ErasureService::GetErasure(grpc::ServerContext*, const v1::GetErasureRequest* request,
                                        v1::Erasure* response) {
  return Answer(erasures_->Get(request->name()), response);
}

grpc::Status ErasureService::ListErasures(grpc::ServerContext*,
                                          const v1::ListErasuresRequest* request,
                                          v1::ListErasuresResponse* response) {
  const auto all = erasures_->List();
  if (!all.ok()) return ToGrpcStatus(all.status());
  auto page = PageOf(*request, *all, [](const v1::Erasure& erasure) { return erasure.name(); });
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (v1::Erasure& erasure : page->items) *response->add_erasures() = std::move(erasure);
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

}  // namespace maillage::rpc

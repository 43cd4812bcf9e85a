#include "server/rpc/interchange_service.h"

#include <utility>

#include "client/base/error.h"
#include "client/base/grpc_status.h"
#include "server/rpc/paging.h"

namespace maillage::rpc {

grpc::Status InterchangeService::ExportActors(
    grpc::ServerContext* context, const v1::ExportActorsRequest* request,
    grpc::ServerWriter<v1::ExportActorsResponse>* stream) {
  return ToGrpcStatus(exporter_.Export(
      *request, callers_->Of(*context).Who(), [stream](const v1::ExportActorsResponse& piece) {
        return stream->Write(piece)
                   ? absl::OkStatus()
                   : Error(absl::StatusCode::kCancelled, "CANCELLED", "the caller went away");
      }));
}

grpc::Status InterchangeService::ListImportBatches(grpc::ServerContext*,
                                                   const v1::ListImportBatchesRequest* request,
                                                   v1::ListImportBatchesResponse* response) {
  const auto all = batches_.List();
  if (!all.ok()) return ToGrpcStatus(all.status());
  auto page = PageOf(
      *request, *all, [](const v1::ImportBatch& batch) { return batch.name(); },
      PageOrder::kDescending);
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (v1::ImportBatch& batch : page->items) *response->add_import_batches() = std::move(batch);
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status InterchangeService::UndoImport(grpc::ServerContext* context,
                                            const v1::UndoImportRequest* request,
                                            grpc::ServerWriter<v1::UndoImportResponse>* stream) {
  const auto undone =
      batches_.Undo(request->name(), callers_->Of(*context).Who(),
                    [stream](const v1::UndoImportResponse& told) { stream->Write(told); });
  if (!undone.ok()) return ToGrpcStatus(undone.status());
  v1::UndoImportResponse last;
  *last.mutable_summary() = *undone;
  stream->Write(last);
  return grpc::Status::OK;
}

grpc::Status InterchangeService::ListMappings(grpc::ServerContext*,
                                              const v1::ListMappingsRequest* request,
                                              v1::ListMappingsResponse* response) {
  const auto all = mappings_.List();
  if (!all.ok()) return ToGrpcStatus(all.status());
  auto page = PageOf(*request, *all, [](const v1::Mapping& mapping) { return mapping.name(); });
  if (!page.ok()) return ToGrpcStatus(page.status());
  for (v1::Mapping& mapping : page->items) *response->add_mappings() = std::move(mapping);
  response->set_next_page_token(page->next_page_token);
  return grpc::Status::OK;
}

grpc::Status InterchangeService::SaveMapping(grpc::ServerContext* context,
                                             const v1::SaveMappingRequest* request,
                                             v1::Mapping* response) {
  auto saved = mappings_.Save(request->mapping(), callers_->Of(*context).Who());
  if (saved.ok()) *response = *std::move(saved);
  return ToGrpcStatus(saved.status());
}

grpc::Status InterchangeService::DeleteMapping(grpc::ServerContext* context,
                                               const v1::DeleteMappingRequest* request,
                                               google::protobuf::Empty*) {
  return ToGrpcStatus(mappings_.Delete(request->name(), callers_->Of(*context).Who()));
}

}  // namespace maillage::rpc

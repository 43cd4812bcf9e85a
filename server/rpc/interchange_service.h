// Exports, import batches and mappings over gRPC.
#ifndef SERVER_RPC_INTERCHANGE_SERVICE_H_
#define SERVER_RPC_INTERCHANGE_SERVICE_H_

#include "maillage/v1/interchange_service.grpc.pb.h"
#include "server/directory/export.h"
#include "server/directory/import_batches.h"
#include "server/directory/mappings.h"
#include "server/rpc/authentication.h"

namespace maillage::rpc {

// Thread safe.
class InterchangeService final : public v1::InterchangeService::Service {
 public:
  // `callers` must outlive the service.
  InterchangeService(directory::Exporter exporter, directory::ImportBatches batches,
                     directory::Mappings mappings, const Callers* callers)
      : exporter_(std::move(exporter)), batches_(batches), mappings_(mappings), callers_(callers) {}

  grpc::Status ExportActors(grpc::ServerContext* context, const v1::ExportActorsRequest* request,
                            grpc::ServerWriter<v1::ExportActorsResponse>* stream) override;
  grpc::Status ListImportBatches(grpc::ServerContext* context,
                                 const v1::ListImportBatchesRequest* request,
                                 v1::ListImportBatchesResponse* response) override;
  grpc::Status UndoImport(grpc::ServerContext* context, const v1::UndoImportRequest* request,
                          grpc::ServerWriter<v1::UndoImportResponse>* stream) override;
  grpc::Status ListMappings(grpc::ServerContext* context, const v1::ListMappingsRequest* request,
                            v1::ListMappingsResponse* response) override;
  grpc::Status SaveMapping(grpc::ServerContext* context, const v1::SaveMappingRequest* request,
                           v1::Mapping* response) override;
  grpc::Status DeleteMapping(grpc::ServerContext* context, const v1::DeleteMappingRequest* request,
                             google::protobuf::Empty* response) override;

 private:
  const directory::Exporter exporter_;
  directory::ImportBatches batches_;
  directory::Mappings mappings_;
  const Callers* const callers_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_INTERCHANGE_SERVICE_H_

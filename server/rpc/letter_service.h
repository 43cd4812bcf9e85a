// Letters on paper over gRPC.
#ifndef SERVER_RPC_LETTER_SERVICE_H_
#define SERVER_RPC_LETTER_SERVICE_H_

#include "maillage/v1/letter_service.grpc.pb.h"
#include "server/broadcast/letters/letter_batches.h"
#include "server/rpc/authentication.h"

namespace maillage::rpc {

// Thread safe.
class LetterService final : public v1::LetterService::Service {
 public:
  // All must outlive the service.
  LetterService(broadcast::LetterBatches* batches, const Callers* callers)
      : batches_(batches), callers_(callers) {}

  grpc::Status PrepareLetters(grpc::ServerContext* context,
                              const v1::PrepareLettersRequest* request,
                              v1::LetterBatch* response) override;
  grpc::Status ListLetterBatches(grpc::ServerContext* context,
                                 const v1::ListLetterBatchesRequest* request,
                                 v1::ListLetterBatchesResponse* response) override;
  grpc::Status PrintLetters(grpc::ServerContext* context, const v1::PrintLettersRequest* request,
                            grpc::ServerWriter<v1::PrintLettersResponse>* stream) override;
  grpc::Status EndLetterBatch(grpc::ServerContext* context,
                              const v1::EndLetterBatchRequest* request,
                              v1::LetterBatch* response) override;

 private:
  broadcast::LetterBatches* const batches_;
  const Callers* const callers_;
};

}  // namespace maillage::rpc

#endif  // SERVER_RPC_LETTER_SERVICE_H_

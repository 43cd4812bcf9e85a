#include "server/rpc/letter_service.h"

#include <utility>

#include "client/base/error.h"
#include "client/base/grpc_status.h"
#include "server/rpc/answer.h"

namespace maillage::rpc {
namespace {

constexpr size_t kPieceBytes = 64 << 10;

// Gathers what the PDF hands out byte by byte into messages worth sending.
class Pieces {
 public:
  explicit Pieces(grpc::ServerWriter<v1::PrintLettersResponse>* stream) : stream_(stream) {}

  absl::Status Write(absl::string_view bytes) {
    piece_.mutable_data()->append(bytes.data(), bytes.size());
    return piece_.data().size() < kPieceBytes ? absl::OkStatus() : Send();
  }
  absl::Status Send() {
    while (!piece_.data().empty()) {
      v1::PrintLettersResponse next;
      next.set_data(piece_.data().substr(0, kPieceBytes));
      piece_.mutable_data()->erase(0, next.data().size());
      if (!stream_->Write(next)) {
        return Error(absl::StatusCode::kCancelled, "CANCELLED", "the caller went away");
      }
    }
    return absl::OkStatus();
  }

 private:
  grpc::ServerWriter<v1::PrintLettersResponse>* const stream_;
  v1::PrintLettersResponse piece_;
};

}  // namespace

grpc::Status LetterService::PrepareLetters(grpc::ServerContext* context,
                                           const v1::PrepareLettersRequest* request,
                                           v1::LetterBatch* response) {
  return Answer(batches_->Prepare(request->name(), callers_->Of(*context).Who()), response);
}

grpc::Status LetterService::ListLetterBatches(grpc::ServerContext*,
                                              const v1::ListLetterBatchesRequest* request,
                                              v1::ListLetterBatchesResponse* response) {
  const auto batches = batches_->List(request->name());
  if (!batches.ok()) return ToGrpcStatus(batches.status());
  for (const v1::LetterBatch& batch : *batches) *response->add_batches() = batch;
  return grpc::Status::OK;
}

grpc::Status LetterService::PrintLetters(grpc::ServerContext*,
                                         const v1::PrintLettersRequest* request,
                                         grpc::ServerWriter<v1::PrintLettersResponse>* stream) {
  Pieces pieces(stream);
  absl::Status status =
      batches_->Print(*request, [&pieces](absl::string_view bytes) { return pieces.Write(bytes); });
  if (status.ok()) status = pieces.Send();
  return ToGrpcStatus(status);
}

grpc::Status LetterService::EndLetterBatch(grpc::ServerContext* context,
                                           const v1::EndLetterBatchRequest* request,
                                           v1::LetterBatch* response) {
  return Answer(batches_->End(*request, callers_->Of(*context).Who()), response);
}

}  // namespace maillage::rpc

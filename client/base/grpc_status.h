// The one bridge between absl::Status and grpc::Status. Reason and mend travel
// as google.rpc.ErrorInfo in the status details.
#ifndef CLIENT_BASE_GRPC_STATUS_H_
#define CLIENT_BASE_GRPC_STATUS_H_

#include <grpcpp/support/status.h>

#include "absl/status/status.h"

namespace maillage {

grpc::Status ToGrpcStatus(const absl::Status& status);
// Takes both forms.
absl::Status FromGrpcStatus(const grpc::Status& status);

// For where gRPC lets only code and message through: reason and mend follow in
// the message, on lines of their own ("reason: ...", "hint: ...").
grpc::Status ToPlainGrpcStatus(const absl::Status& status);

}  // namespace maillage

#endif  // CLIENT_BASE_GRPC_STATUS_H_

// Unary calls that speak absl::Status.
#ifndef CLIENT_CALL_H_
#define CLIENT_CALL_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/status.h>

#include <chrono>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace maillage::client {

// As FromGrpcStatus(); what gRPC itself says is put into words: UNAVAILABLE
// (NODE_UNREACHABLE), UNAUTHENTICATED (WRONG_CERTIFICATE), UNIMPLEMENTED
// (UNKNOWN_METHOD).
absl::Status FromCallStatus(const grpc::Status& status);

// Calls `method` of `stub` and waits for the answer, at most `timeout`.
template <typename Stub, typename Service, typename Request, typename Response>
absl::StatusOr<Response> Call(Stub* stub,
                              grpc::Status (Service::*method)(grpc::ClientContext*, const Request&,
                                                              Response*),
                              const Request& request, absl::Duration timeout = absl::Minutes(1)) {
  grpc::ClientContext context;
  context.set_deadline(std::chrono::system_clock::now() + absl::ToChronoMilliseconds(timeout));
  Response response;
  const grpc::Status status = (stub->*method)(&context, request, &response);
  if (!status.ok()) return FromCallStatus(status);
  return response;
}

}  // namespace maillage::client

#endif  // CLIENT_CALL_H_

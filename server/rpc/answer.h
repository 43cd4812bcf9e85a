// A method's result, or its error, as the answer of an RPC.
#ifndef SERVER_RPC_ANSWER_H_
#define SERVER_RPC_ANSWER_H_

#include <utility>

#include "absl/status/statusor.h"
#include "client/base/grpc_status.h"

namespace maillage::rpc {

template <typename Message>
grpc::Status Answer(absl::StatusOr<Message> result, Message* response) {
  if (result.ok()) *response = *std::move(result);
  return ToGrpcStatus(result.status());
}

}  // namespace maillage::rpc

#endif  // SERVER_RPC_ANSWER_H_

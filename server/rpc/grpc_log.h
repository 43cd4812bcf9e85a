// gRPC's own log, which knows no levels that fit ours: what it calls an error
// is mostly a peer that hung up.
#ifndef SERVER_RPC_GRPC_LOG_H_
#define SERVER_RPC_GRPC_LOG_H_

#include "absl/strings/string_view.h"

namespace maillage::rpc {

// Sends every line of gRPC's log to `sink`, from any thread, for the rest of
// the process.
void SendGrpcLogTo(void (*sink)(absl::string_view line));

}  // namespace maillage::rpc

#endif  // SERVER_RPC_GRPC_LOG_H_

// Why an address cannot be listened on: gRPC itself says only that.
#ifndef SERVER_RPC_BIND_CHECK_H_
#define SERVER_RPC_BIND_CHECK_H_

#include <string>

#include "absl/status/status.h"

namespace maillage::rpc {

// Binds HOST:PORT and lets it go again. INVALID_ARGUMENT (BAD_ADDRESS),
// UNAVAILABLE (CANNOT_BIND) with the system's reason.
absl::Status CheckBindable(const std::string& address);

}  // namespace maillage::rpc

#endif  // SERVER_RPC_BIND_CHECK_H_

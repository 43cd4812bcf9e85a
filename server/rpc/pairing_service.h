// The one service for strangers. It takes requests as bytes, so that nothing of
// one is parsed before its HMAC is checked.
#ifndef SERVER_RPC_PAIRING_SERVICE_H_
#define SERVER_RPC_PAIRING_SERVICE_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/identity/pairing.h"
#include "server/rpc/authentication.h"

namespace grpc {
class Service;
}  // namespace grpc

namespace maillage::rpc {

// Both must outlive the service.
std::unique_ptr<grpc::Service> NewPairingService(identity::Pairing* pairing,
                                                 const Callers* callers);

// The other side: dials the node that made the token, with the own certificate,
// and calls it. UNAVAILABLE (NODE_UNREACHABLE), UNAUTHENTICATED
// (WRONG_CERTIFICATE), or the node's own refusal.
absl::StatusOr<identity::Pairing::Answer> CallPair(const identity::Pairing::Call& call,
                                                   const identity::TlsKey& tls);

}  // namespace maillage::rpc

#endif  // SERVER_RPC_PAIRING_SERVICE_H_

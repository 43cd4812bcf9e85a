// Who calls: resolved from the TLS certificate of the connection, anew at each
// call, so that a removed operator or partner is refused at its next one.
#ifndef SERVER_RPC_AUTHENTICATION_H_
#define SERVER_RPC_AUTHENTICATION_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "server/identity/operators.h"
#include "server/identity/partners.h"
#include "server/rpc/roles.h"

namespace grpc {
class AuthContext;
class ServerContextBase;
class ServerCredentials;
}  // namespace grpc

namespace maillage::rpc {

// Thread safe.
class Callers {
 public:
  // Both must outlive it.
  Callers(const identity::Partners* partners, const identity::Operators* operators);

  // The caller of a call in a handler. A connection without TLS is the admin
  // socket's, whose caller was checked when it was accepted: an admin.
  Caller Of(const grpc::ServerContextBase& context) const;

  // The same from the connection's properties, as the listener sees them.
  Caller Of(const grpc::AuthContext& context) const;

 private:
  const identity::Partners* const partners_;
  const identity::Operators* const operators_;
};

// Credentials of the TLS listener. They ask for a client certificate and refuse
// each call that Authorize() refuses before its request is read. The files are
// read again when they change.
std::shared_ptr<grpc::ServerCredentials> ListenerCredentials(const std::string& key_path,
                                                             const std::string& certificate_path,
                                                             const Callers* callers);

}  // namespace maillage::rpc

#endif  // SERVER_RPC_AUTHENTICATION_H_

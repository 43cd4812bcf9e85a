// Who may call what: the one table of the node's methods.
#ifndef SERVER_RPC_ROLES_H_
#define SERVER_RPC_ROLES_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "client/base/ids.h"
#include "maillage/v1/node_service.pb.h"

namespace maillage::rpc {

// What a method asks of its caller. From kReader on each includes those before.
enum class Access {
  kStranger,  // a certificate, any
  kPartner,   // a partner's certificate
  kReader,
  kEditor,
  kSender,
  kAdmin,
};

// Who is at the other end of a call.
struct Caller {
  enum class Kind { kStranger, kPartner, kOperator };
  Kind kind = Kind::kStranger;
  NodeId partner;                        // kPartner
  std::string alias;                     // kOperator; empty by the admin socket
  v1::Role role = v1::ROLE_UNSPECIFIED;  // kOperator
  std::string certificate_hash;          // 32 bytes; empty by the admin socket

  // For the audit: partners/{node}, operators/{alias}, admin-socket or stranger.
  std::string Who() const;
};

struct MethodAccess {
  absl::string_view path;  // /package.Service/Method
  Access access;
};
// Every method that the node serves.
absl::Span<const MethodAccess> MethodTable();

// UNAUTHENTICATED (UNKNOWN_CERTIFICATE) for strangers, PERMISSION_DENIED
// (ROLE_TOO_LOW, OPERATORS_ONLY, PARTNERS_ONLY), UNIMPLEMENTED (NO_SUCH_METHOD).
absl::Status Authorize(const Caller& caller, absl::string_view path);

}  // namespace maillage::rpc

#endif  // SERVER_RPC_ROLES_H_

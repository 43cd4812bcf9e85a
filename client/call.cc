#include "client/call.h"

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "client/base/error.h"
#include "client/base/grpc_status.h"

namespace maillage::client {

absl::Status FromCallStatus(const grpc::Status& status) {
  absl::Status result = FromGrpcStatus(status);
  if (!ErrorReason(result).empty()) return result;
  if (absl::IsUnimplemented(result)) {
    return Error(absl::StatusCode::kUnimplemented, "UNKNOWN_METHOD",
                 "the node does not know this call",
                 "Its version is another, see: maillage node status");
  }
  if (!absl::IsUnavailable(result)) return result;
  const absl::string_view message = result.message();
  if (absl::StrContains(message, "certificate not pinned")) {
    return Error(absl::StatusCode::kUnauthenticated, "WRONG_CERTIFICATE",
                 "the node shows a certificate that is not the pinned one",
                 "Compare the certificate hash with the node's administrator.");
  }
  if (absl::StrContains(message, "failed to connect")) {
    return Unavailable("NODE_UNREACHABLE", "the node does not answer",
                       "Check the address, and that the node runs.");
  }
  if (absl::StrContains(message, "closed") || absl::StrContains(message, "reset")) {
    return Unavailable("NODE_UNREACHABLE", "the connection to the node was lost",
                       "See whether it runs: maillage node status");
  }
  return Unavailable("NODE_UNREACHABLE", message);
}

}  // namespace maillage::client

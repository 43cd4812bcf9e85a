#include "client/call.h"

#include <gtest/gtest.h>

#include "client/base/error.h"
#include "client/base/grpc_status.h"

namespace maillage::client {
namespace {

TEST(FromCallStatus, PutsWhatGrpcSaysIntoWords) {
  struct Case {
    grpc::StatusCode code;
    const char* message;
    const char* reason;
    const char* words;
  };
  const Case cases[] = {
      {grpc::StatusCode::UNAVAILABLE, "failed to connect to all addresses; last error: UNKNOWN: x",
       "NODE_UNREACHABLE", "the node does not answer"},
      {grpc::StatusCode::UNAVAILABLE,
       "failed to connect to all addresses; last error: ... certificate not pinned",
       "WRONG_CERTIFICATE", "the node shows a certificate that is not the pinned one"},
      {grpc::StatusCode::UNAVAILABLE, "Socket closed", "NODE_UNREACHABLE",
       "the connection to the node was lost"},
      {grpc::StatusCode::UNAVAILABLE, "recvmsg:Connection reset by peer", "NODE_UNREACHABLE",
       "the connection to the node was lost"},
      {grpc::StatusCode::UNAVAILABLE, "GOAWAY received", "NODE_UNREACHABLE", "GOAWAY received"},
      {grpc::StatusCode::UNIMPLEMENTED, "", "UNKNOWN_METHOD", "the node does not know this call"},
      {grpc::StatusCode::ABORTED, "failed to connect", "", "failed to connect"},
  };
  for (const Case& c : cases) {
    const absl::Status status = FromCallStatus(grpc::Status(c.code, c.message));
    EXPECT_EQ(ErrorReason(status), c.reason) << c.message;
    EXPECT_EQ(status.message(), c.words);
  }
}

TEST(FromCallStatus, LeavesTheNodesOwnWordsAlone) {
  const absl::Status said =
      Unavailable("DRAINING", "failed to connect to the mail server", "Wait.");
  const absl::Status heard = FromCallStatus(ToGrpcStatus(said));
  EXPECT_EQ(ErrorReason(heard), "DRAINING");
  EXPECT_EQ(heard.message(), said.message());
}

}  // namespace
}  // namespace maillage::client

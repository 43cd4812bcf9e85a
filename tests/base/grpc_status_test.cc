#include "client/base/grpc_status.h"

#include <gtest/gtest.h>

#include "client/base/error.h"

namespace maillage {
namespace {

TEST(GrpcStatus, BringsCodeMessageReasonAndMendAcross) {
  const absl::Status sent = FailedPrecondition("NOT_ORIGIN", "it is capso's", "Suggest it.");
  const grpc::Status wire = ToGrpcStatus(sent);
  EXPECT_EQ(wire.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(wire.error_message(), "it is capso's");
  const absl::Status received = FromGrpcStatus(wire);
  EXPECT_EQ(received.code(), sent.code());
  EXPECT_EQ(received.message(), sent.message());
  EXPECT_EQ(ErrorReason(received), "NOT_ORIGIN");
  EXPECT_EQ(ErrorMend(received), "Suggest it.");
}

TEST(GrpcStatus, WritesTheDetailsThatOtherLanguagesRead) {
  const grpc::Status wire = ToGrpcStatus(InvalidArgument("BAD_ID", "x"));
  const std::string details = wire.error_details();
  EXPECT_NE(details.find("type.googleapis.com/google.rpc.ErrorInfo"), std::string::npos);
  EXPECT_NE(details.find("maillage"), std::string::npos);
}

TEST(GrpcStatus, TakesOkBothWays) {
  EXPECT_TRUE(ToGrpcStatus(absl::OkStatus()).ok());
  EXPECT_TRUE(FromGrpcStatus(grpc::Status::OK).ok());
}

TEST(GrpcStatus, TakesForeignDetailsAsNone) {
  for (const char* details : {"", "no protobuf", "\x08\x05"}) {
    const absl::Status status =
        FromGrpcStatus(grpc::Status(grpc::StatusCode::NOT_FOUND, "gone", details));
    EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
    EXPECT_EQ(status.message(), "gone");
    EXPECT_EQ(ErrorReason(status), "");
  }
}

}  // namespace
}  // namespace maillage

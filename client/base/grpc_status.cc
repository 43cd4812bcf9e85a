#include "client/base/grpc_status.h"

#include <string>

#include "client/base/error.h"
#include "maillage/v1/error_info.pb.h"

namespace maillage {
namespace {

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kDomain[] = "maillage";

}  // namespace

grpc::Status ToGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  v1::ErrorInfo info;
  info.set_reason(ErrorReason(status));
  info.set_domain(kDomain);
  if (const std::string mend = ErrorMend(status); !mend.empty()) {
    (*info.mutable_metadata())["hint"] = mend;
  }
  v1::StatusDetails details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  auto* detail = details.add_details();
  detail->set_type_url(kErrorInfoUrl);
  detail->set_value(info.SerializeAsString());
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      details.SerializeAsString());
}

absl::Status FromGrpcStatus(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  v1::StatusDetails details;
  if (details.ParseFromString(status.error_details())) {
    for (const auto& detail : details.details()) {
      v1::ErrorInfo info;
      if (detail.type_url() != kErrorInfoUrl || !info.ParseFromString(detail.value())) continue;
      const auto hint = info.metadata().find("hint");
      return Error(code, info.reason(), status.error_message(),
                   hint == info.metadata().end() ? "" : hint->second);
    }
  }
  return absl::Status(code, status.error_message());
}

}  // namespace maillage

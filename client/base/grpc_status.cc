#include "client/base/grpc_status.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "maillage/v1/error_info.pb.h"

namespace maillage {
namespace {

constexpr char kErrorInfoUrl[] = "type.googleapis.com/google.rpc.ErrorInfo";
constexpr char kDomain[] = "maillage";
constexpr char kReasonLine[] = "\nreason: ";
constexpr char kHintLine[] = "\nhint: ";

absl::Status FromPlainMessage(absl::StatusCode code, absl::string_view message) {
  const std::pair<absl::string_view, absl::string_view> parts =
      absl::StrSplit(message, absl::MaxSplits(kReasonLine, 1));
  if (parts.first.size() == message.size()) return absl::Status(code, message);
  const std::pair<absl::string_view, absl::string_view> rest =
      absl::StrSplit(parts.second, absl::MaxSplits(kHintLine, 1));
  return Error(code, rest.first, parts.first, rest.second);
}

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
  return FromPlainMessage(code, status.error_message());
}

grpc::Status ToPlainGrpcStatus(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  std::string message = absl::StrCat(status.message(), kReasonLine, ErrorReason(status));
  if (const std::string mend = ErrorMend(status); !mend.empty()) {
    absl::StrAppend(&message, kHintLine, mend);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message);
}

}  // namespace maillage

#include "client/base/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"

namespace maillage {
namespace {

constexpr absl::string_view kReasonUrl = "maillage/reason";
constexpr absl::string_view kMendUrl = "maillage/mend";

std::string PayloadOf(const absl::Status& status, absl::string_view url) {
  const auto payload = status.GetPayload(url);
  return payload.has_value() ? std::string(*payload) : std::string();
}

}  // namespace

absl::Status Error(absl::StatusCode code, absl::string_view reason, absl::string_view message,
                   absl::string_view mend) {
  absl::Status status(code, message);
  status.SetPayload(kReasonUrl, absl::Cord(reason));
  if (!mend.empty()) status.SetPayload(kMendUrl, absl::Cord(mend));
  return status;
}

absl::Status InvalidArgument(absl::string_view reason, absl::string_view message,
                             absl::string_view mend) {
  return Error(absl::StatusCode::kInvalidArgument, reason, message, mend);
}

absl::Status NotFound(absl::string_view reason, absl::string_view message, absl::string_view mend) {
  return Error(absl::StatusCode::kNotFound, reason, message, mend);
}

absl::Status FailedPrecondition(absl::string_view reason, absl::string_view message,
                                absl::string_view mend) {
  return Error(absl::StatusCode::kFailedPrecondition, reason, message, mend);
}

absl::Status DataLoss(absl::string_view reason, absl::string_view message, absl::string_view mend) {
  return Error(absl::StatusCode::kDataLoss, reason, message, mend);
}

absl::Status Unavailable(absl::string_view reason, absl::string_view message,
                         absl::string_view mend) {
  return Error(absl::StatusCode::kUnavailable, reason, message, mend);
}

std::string ErrorReason(const absl::Status& status) { return PayloadOf(status, kReasonUrl); }

std::string ErrorMend(const absl::Status& status) { return PayloadOf(status, kMendUrl); }

absl::Status Annotate(const absl::Status& status, absl::string_view prefix) {
  if (status.ok()) return status;
  return Error(status.code(), ErrorReason(status), absl::StrCat(prefix, ": ", status.message()),
               ErrorMend(status));
}

}  // namespace maillage

// Errors that carry a stable reason and say what mends them.
//
// A failure is an absl::Status whose message says what, in one sentence, with
// two payloads: the reason (UPPER_SNAKE_CASE, for scripts) and the mend (one
// sentence for a person). They cross the wire as ErrorInfo.
#ifndef CLIENT_BASE_ERROR_H_
#define CLIENT_BASE_ERROR_H_

#include <string>
#include <string_view>

#include "absl/status/status.h"

namespace maillage {

// Makes an error. `mend` may be empty.
absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message,
                   std::string_view mend = "");

// Shorthands for the usual codes; each is Error() with that code.
absl::Status InvalidArgument(std::string_view reason, std::string_view message,
                             std::string_view mend = "");
absl::Status NotFound(std::string_view reason, std::string_view message,
                      std::string_view mend = "");
absl::Status FailedPrecondition(std::string_view reason, std::string_view message,
                                std::string_view mend = "");
absl::Status DataLoss(std::string_view reason, std::string_view message,
                      std::string_view mend = "");
absl::Status Unavailable(std::string_view reason, std::string_view message,
                         std::string_view mend = "");

// The reason of a status; empty where it has none.
std::string ErrorReason(const absl::Status& status);
// The mend of a status; empty where it has none.
std::string ErrorMend(const absl::Status& status);

// The same error with "prefix: " before its message.
absl::Status Annotate(const absl::Status& status, std::string_view prefix);

}  // namespace maillage

#endif  // CLIENT_BASE_ERROR_H_

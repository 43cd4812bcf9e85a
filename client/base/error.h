// Errors that carry a stable reason and say what mends them.
//
// A failure is an absl::Status whose message says what, in one sentence, with
// two payloads: the reason (UPPER_SNAKE_CASE, for scripts) and the mend (one
// sentence for a person). They cross the wire as ErrorInfo.
#ifndef CLIENT_BASE_ERROR_H_
#define CLIENT_BASE_ERROR_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace maillage {

// Makes an error. `mend` may be empty.
absl::Status Error(absl::StatusCode code, absl::string_view reason, absl::string_view message,
                   absl::string_view mend = "");

// Shorthands for the usual codes; each is Error() with that code.
absl::Status InvalidArgument(absl::string_view reason, absl::string_view message,
                             absl::string_view mend = "");
absl::Status NotFound(absl::string_view reason, absl::string_view message,
                      absl::string_view mend = "");
absl::Status FailedPrecondition(absl::string_view reason, absl::string_view message,
                                absl::string_view mend = "");
absl::Status DataLoss(absl::string_view reason, absl::string_view message,
                      absl::string_view mend = "");
absl::Status Unavailable(absl::string_view reason, absl::string_view message,
                         absl::string_view mend = "");

// The reason of a status; empty where it has none.
std::string ErrorReason(const absl::Status& status);
// The mend of a status; empty where it has none.
std::string ErrorMend(const absl::Status& status);

// The same error with "prefix: " before its message.
absl::Status Annotate(const absl::Status& status, absl::string_view prefix);

}  // namespace maillage

#endif  // CLIENT_BASE_ERROR_H_

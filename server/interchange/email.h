// The normal form of an e-mail address, by which a person is mailed once.
#ifndef SERVER_INTERCHANGE_EMAIL_H_
#define SERVER_INTERCHANGE_EMAIL_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::interchange {

// Trimmed, NFC, lower-cased, domain in A-labels (UTS 46), nothing else folded:
// " Zoé@Écho.example.org " -> "zoé@xn--cho-9la.example.org". INVALID_ARGUMENT
// (BAD_EMAIL) says what is wrong; quoted local parts and address literals are
// refused. Thread safe.
absl::StatusOr<std::string> NormaliseEmail(absl::string_view address);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_EMAIL_H_

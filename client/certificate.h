// What pins are made of: hashes of X.509 certificates.
#ifndef CLIENT_CERTIFICATE_H_
#define CLIENT_CERTIFICATE_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::client {

// SHA-256 (32 bytes) of the DER of the first certificate in `pem`: what a node
// descriptor lists and what is pinned. INVALID_ARGUMENT (BAD_CERTIFICATE).
absl::StatusOr<std::string> CertificateHash(absl::string_view pem);

// Checks that the two are readable and belong together: INVALID_ARGUMENT
// (BAD_CERTIFICATE, BAD_KEY or KEY_MISMATCH). gRPC would say so only at the
// first handshake, and not in words.
absl::Status CheckKeyPair(absl::string_view certificate_pem, absl::string_view key_pem);

}  // namespace maillage::client

#endif  // CLIENT_CERTIFICATE_H_

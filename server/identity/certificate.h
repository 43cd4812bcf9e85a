// Making the self-signed certificates that nodes and operators show.
#ifndef SERVER_IDENTITY_CERTIFICATE_H_
#define SERVER_IDENTITY_CERTIFICATE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::identity {

// Host name in every node's certificate: clients that insist on checking one
// are told to expect this.
inline constexpr char kCertificateHost[] = "maillage";

struct TlsKey {
  std::string certificate_pem;
  std::string key_pem;           // PKCS #8, without a passphrase
  std::string certificate_hash;  // SHA-256 of the DER, 32 bytes
};

// A new P-256 key and a certificate signed by itself, valid for 30 years: what
// counts is whether it is pinned. `hosts` are DNS names or IP addresses.
// INTERNAL (CERTIFICATE_FAILED) where OpenSSL refuses.
absl::StatusOr<TlsKey> NewTlsKey(absl::string_view common_name,
                                 const std::vector<std::string>& hosts);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_CERTIFICATE_H_

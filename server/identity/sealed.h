// Boxes that only one node can open and that name no sender (libsodium's
// crypto_box_seal: X25519, XSalsa20, Poly1305). What is inside must say, and
// prove, whom it is from.
#ifndef SERVER_IDENTITY_SEALED_H_
#define SERVER_IDENTITY_SEALED_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/identity/keys.h"

namespace maillage::identity {

// What a box adds to its content.
inline constexpr size_t kSealBytes = 48;
// A box, content and all, fits an entry's payload.
inline constexpr size_t kMaxSealedBytes = 256 << 10;

// INVALID_ARGUMENT: TOO_LARGE, BAD_KEY (not 32 bytes, or of low order).
absl::StatusOr<std::string> Seal(absl::string_view content, absl::string_view sealing_public_key);

// INVALID_ARGUMENT: TOO_LARGE, CANNOT_OPEN (damaged, or for another node).
absl::StatusOr<std::string> OpenSealed(absl::string_view box, const SealingKey& key);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_SEALED_H_

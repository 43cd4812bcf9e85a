// Hashes, MACs and randomness: the few primitives that the formats name.
#ifndef SERVER_IDENTITY_CRYPTO_H_
#define SERVER_IDENTITY_CRYPTO_H_

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"

namespace maillage::identity {

inline constexpr size_t kHashBytes = 32;

// SHA-256, 32 bytes.
std::string Sha256(absl::string_view bytes);

// HMAC-SHA-256, 32 bytes. `key` may have any length.
std::string HmacSha256(absl::string_view key, absl::string_view bytes);

// Compares without telling by its duration where the two differ.
bool ConstantTimeEqual(absl::string_view a, absl::string_view b);

std::string RandomBytes(size_t count);

// What is signed or hashed under a name: "maillage/v1/" + name + 00 + bytes.
std::string InDomain(absl::string_view name, absl::string_view bytes);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_CRYPTO_H_

// What a node says of itself, checked: nothing of it is believed before its
// root key's signature, and nothing of it is too long or malformed after.
#ifndef SERVER_IDENTITY_DESCRIPTOR_H_
#define SERVER_IDENTITY_DESCRIPTOR_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "maillage/v1/identity.pb.h"
#include "maillage/v1/signed.pb.h"

namespace maillage::identity {

inline constexpr size_t kMaxDescriptorBytes = 16 << 10;
inline constexpr int kMaxDescriptorKeys = 8;
inline constexpr size_t kMaxDisplayNameBytes = 200;

// First 10 bytes of SHA-256(first root public key).
NodeId NodeIdOf(absl::string_view root_public_key);

// A descriptor's signing keys, as signed.h takes them.
std::vector<std::string> SigningKeysOf(const v1::NodeDescriptor& descriptor);

// Opens the descriptor of a node whose root key is known. INVALID_ARGUMENT: as
// OpenSigned(), BAD_DESCRIPTOR (what is wrong is in the message).
absl::StatusOr<v1::NodeDescriptor> OpenDescriptor(const v1::Signed& signed_descriptor,
                                                  absl::string_view root_public_key);

// Opens the descriptor of a node met for the first time, whose root key stands
// in the descriptor itself: proves only that its writer has that key, so the
// bytes must come on an authenticated way. Errors as above.
absl::StatusOr<v1::NodeDescriptor> OpenFirstDescriptor(const v1::Signed& signed_descriptor);

// HOST:PORT, [IPv6]:PORT; at most 255 bytes, port 1 to 65535.
bool IsEndpoint(absl::string_view text);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_DESCRIPTOR_H_

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
// So often may a root key be replaced.
inline constexpr int kMaxReplacements = 8;
inline constexpr size_t kMaxDisplayNameBytes = 200;

// First 10 bytes of SHA-256(first root public key).
NodeId NodeIdOf(absl::string_view root_public_key);

// A descriptor's signing keys, as signed.h takes them.
std::vector<std::string> SigningKeysOf(const v1::NodeDescriptor& descriptor);

// The root key that signs for the node now: the first, or the last replacement.
const std::string& RootOf(const v1::NodeDescriptor& descriptor);
// How often the root key was replaced. Of a descriptor that was opened.
int ReplacementsOf(const v1::NodeDescriptor& descriptor);
// Whether `a` counts more than `b`, of one node: a later root key goes before
// any version, so that whoever stole a root key cannot outrun its replacement.
bool IsNewer(const v1::NodeDescriptor& a, const v1::NodeDescriptor& b);

// Opens the descriptor of a node whose first root key is known. It is signed by
// that key, or by one whose hash was committed to before, which the descriptors
// it carries prove. INVALID_ARGUMENT: as OpenSigned(), BAD_DESCRIPTOR (what is
// wrong is in the message).
absl::StatusOr<v1::NodeDescriptor> OpenDescriptor(const v1::Signed& signed_descriptor,
                                                  absl::string_view root_public_key);

// Opens the descriptor of a node met for the first time, whose root key stands
// in the descriptor itself: proves only that its writer has that key, so the
// bytes must come on an authenticated way. Errors as above.
absl::StatusOr<v1::NodeDescriptor> OpenFirstDescriptor(const v1::Signed& signed_descriptor);

// Opens another descriptor of a node of which `known` is believed. It may be
// older. INVALID_ARGUMENT: as OpenDescriptor(); REPLACED_ROOT (by a root key that
// counts no more); BAD_CHAIN (by one that `known` did not commit to, or with
// another commitment than `known` under the same root key).
absl::StatusOr<v1::NodeDescriptor> OpenSuccessor(const v1::Signed& signed_descriptor,
                                                 const v1::NodeDescriptor& known);

// HOST:PORT, [IPv6]:PORT; at most 255 bytes, port 1 to 65535.
bool IsEndpoint(absl::string_view text);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_DESCRIPTOR_H_

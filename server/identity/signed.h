// Signing messages, and opening what others signed.
//
// A signature (Ed25519) is over "maillage/v1/" + message name + 00 + payload:
// the payload's very bytes, which are never serialised again.
#ifndef SERVER_IDENTITY_SIGNED_H_
#define SERVER_IDENTITY_SIGNED_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"
#include "maillage/v1/signed.pb.h"
#include "server/identity/keys.h"

namespace maillage::identity {

// No signed message is larger; a payload over it is refused unread.
inline constexpr size_t kMaxSignedBytes = 1 << 20;

// First 8 bytes of SHA-256 of a public key.
std::string KeyIdOf(absl::string_view public_key);

// Signs a message under its own name ("NodeDescriptor", "Head", ...).
v1::Signed SignMessage(const google::protobuf::MessageLite& message, const SigningKey& key);

// Checks that one of `public_keys` (32 bytes each) signed `signed_message` as a
// message of that name. INVALID_ARGUMENT: TOO_LARGE, UNKNOWN_KEY (none of the
// keys has the key id) or WRONG_SIGNATURE.
absl::Status VerifySigned(absl::string_view name, const v1::Signed& signed_message,
                          const std::vector<std::string>& public_keys);

namespace internal {
absl::Status ParsePayload(absl::string_view name, const v1::Signed& signed_message,
                          google::protobuf::MessageLite* message);
absl::string_view NameOf(const std::string& type_name);
}  // namespace internal

// Verifies, then parses. INVALID_ARGUMENT: as VerifySigned(), or UNREADABLE.
template <typename Message>
absl::StatusOr<Message> OpenSigned(const v1::Signed& signed_message,
                                   const std::vector<std::string>& public_keys) {
  Message message;
  const std::string type_name = message.GetTypeName();
  const absl::string_view name = internal::NameOf(type_name);
  absl::Status status = VerifySigned(name, signed_message, public_keys);
  if (status.ok()) status = internal::ParsePayload(name, signed_message, &message);
  if (!status.ok()) return status;
  return message;
}

// The same for bytes that are no message: signs "maillage/v1/" + name + 00 +
// bytes, 64 bytes.
std::string SignBytes(absl::string_view name, absl::string_view bytes, const SigningKey& key);
// Whether one of the keys signed them.
bool AreSigned(absl::string_view name, absl::string_view bytes, absl::string_view signature,
               const std::vector<std::string>& public_keys);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_SIGNED_H_

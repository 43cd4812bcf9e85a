#include "server/identity/signed.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/identity/crypto.h"

namespace maillage::identity {
namespace internal {

absl::string_view NameOf(const std::string& type_name) {
  const absl::string_view name = type_name;
  const size_t dot = name.rfind('.');
  return dot == absl::string_view::npos ? name : name.substr(dot + 1);
}

absl::Status ParsePayload(absl::string_view name, const v1::Signed& signed_message,
                          google::protobuf::MessageLite* message) {
  if (message->ParseFromString(signed_message.payload())) return absl::OkStatus();
  return InvalidArgument("UNREADABLE", absl::StrCat("the signed ", name, " cannot be read"));
}

}  // namespace internal

std::string KeyIdOf(absl::string_view public_key) { return Sha256(public_key).substr(0, 8); }

v1::Signed SignMessage(const google::protobuf::MessageLite& message, const SigningKey& key) {
  const std::string type_name = message.GetTypeName();
  v1::Signed result;
  result.set_payload(message.SerializeAsString());
  result.set_signature(SignBytes(internal::NameOf(type_name), result.payload(), key));
  result.set_key_id(KeyIdOf(key.public_key()));
  return result;
}

absl::Status VerifySigned(absl::string_view name, const v1::Signed& signed_message,
                          const std::vector<std::string>& public_keys) {
  if (signed_message.payload().size() > kMaxSignedBytes) {
    return InvalidArgument("TOO_LARGE", absl::StrCat("the signed ", name, " is too large"));
  }
  const auto key = std::find_if(public_keys.begin(), public_keys.end(), [&](const auto& k) {
    return KeyIdOf(k) == signed_message.key_id();
  });
  if (key == public_keys.end()) {
    return InvalidArgument("UNKNOWN_KEY",
                           absl::StrCat("the ", name, " is signed by a key that does not count"));
  }
  if (!IsSignedBy(*key, InDomain(name, signed_message.payload()), signed_message.signature())) {
    return InvalidArgument("WRONG_SIGNATURE", absl::StrCat("the signature of the ", name,
                                                           " does not fit its content"));
  }
  return absl::OkStatus();
}

std::string SignBytes(absl::string_view name, absl::string_view bytes, const SigningKey& key) {
  return key.Sign(InDomain(name, bytes));
}

bool AreSigned(absl::string_view name, absl::string_view bytes, absl::string_view signature,
               const std::vector<std::string>& public_keys) {
  const std::string covered = InDomain(name, bytes);
  return std::any_of(public_keys.begin(), public_keys.end(),
                     [&](const auto& key) { return IsSignedBy(key, covered, signature); });
}

}  // namespace maillage::identity

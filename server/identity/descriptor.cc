#include "server/identity/descriptor.h"

#include <google/protobuf/repeated_ptr_field.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/crypto.h"
#include "server/identity/keys.h"
#include "server/identity/signed.h"

namespace maillage::identity {
namespace {

using Strings = google::protobuf::RepeatedPtrField<std::string>;

bool HasControlCharacters(absl::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return absl::ascii_iscntrl(static_cast<unsigned char>(c)); });
}

bool AreKeys(const Strings& keys) {
  return !keys.empty() && keys.size() <= kMaxDescriptorKeys &&
         std::all_of(keys.begin(), keys.end(),
                     [](const std::string& key) { return key.size() == kPublicKeyBytes; });
}

bool AreEndpoints(const Strings& endpoints) {
  return endpoints.size() <= kMaxDescriptorKeys &&
         std::all_of(endpoints.begin(), endpoints.end(),
                     [](const std::string& endpoint) { return IsEndpoint(endpoint); });
}

absl::Status Check(const v1::NodeDescriptor& descriptor) {
  const absl::string_view wrong =
      descriptor.recovery_key_hash().size() != kHashBytes         ? "recovery_key_hash"
      : !AreKeys(descriptor.signing_public_keys())                ? "signing_public_keys"
      : descriptor.sealing_public_key().size() != kPublicKeyBytes ? "sealing_public_key"
      : !AreKeys(descriptor.tls_certificate_hashes())             ? "tls_certificate_hashes"
      : !AreEndpoints(descriptor.endpoints())                     ? "endpoints"
      : descriptor.display_name().empty() ||
              descriptor.display_name().size() > kMaxDisplayNameBytes ||
              HasControlCharacters(descriptor.display_name())
          ? "display_name"
      : !descriptor.has_issued_at() ? "issued_at"
                                    : "";
  if (wrong.empty()) return absl::OkStatus();
  return InvalidArgument("BAD_DESCRIPTOR",
                         absl::StrCat("the node descriptor's ", wrong, " is missing or malformed"));
}

absl::Status CheckSize(const v1::Signed& signed_descriptor) {
  if (signed_descriptor.payload().size() <= kMaxDescriptorBytes) return absl::OkStatus();
  return InvalidArgument("TOO_LARGE", "the signed NodeDescriptor is too large");
}

}  // namespace

NodeId NodeIdOf(absl::string_view root_public_key) {
  return NodeId(Sha256(root_public_key).substr(0, NodeId::kSize));
}

std::vector<std::string> SigningKeysOf(const v1::NodeDescriptor& descriptor) {
  return {descriptor.signing_public_keys().begin(), descriptor.signing_public_keys().end()};
}

absl::StatusOr<v1::NodeDescriptor> OpenDescriptor(const v1::Signed& signed_descriptor,
                                                  absl::string_view root_public_key) {
  RETURN_IF_ERROR(CheckSize(signed_descriptor));
  ASSIGN_OR_RETURN(
      v1::NodeDescriptor descriptor,
      OpenSigned<v1::NodeDescriptor>(signed_descriptor, {std::string(root_public_key)}));
  if (descriptor.root_public_key() != root_public_key) {
    return InvalidArgument("BAD_DESCRIPTOR", "the node descriptor names another root key");
  }
  RETURN_IF_ERROR(Check(descriptor));
  return descriptor;
}

absl::StatusOr<v1::NodeDescriptor> OpenFirstDescriptor(const v1::Signed& signed_descriptor) {
  RETURN_IF_ERROR(CheckSize(signed_descriptor));
  v1::NodeDescriptor unproved;
  if (!unproved.ParseFromString(signed_descriptor.payload())) {
    return InvalidArgument("UNREADABLE", "the signed NodeDescriptor cannot be read");
  }
  return OpenDescriptor(signed_descriptor, unproved.root_public_key());
}

bool IsEndpoint(absl::string_view text) {
  const size_t colon = text.rfind(':');
  if (colon == absl::string_view::npos || colon == 0 || text.size() > 255) return false;
  const absl::string_view host = text.substr(0, colon);
  const bool bracketed = host.front() == '[' && host.back() == ']' && host.size() > 2;
  const bool plain = std::all_of(host.begin(), host.end(), [](char c) {
    return absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '.' || c == '-' || c == '_';
  });
  const bool v6 =
      bracketed && std::all_of(host.begin() + 1, host.end() - 1, [](char c) {
        return absl::ascii_isxdigit(static_cast<unsigned char>(c)) || c == ':' || c == '.';
      });
  int port = 0;
  return (plain || v6) && absl::SimpleAtoi(text.substr(colon + 1), &port) && port >= 1 &&
         port <= 65535;
}

}  // namespace maillage::identity

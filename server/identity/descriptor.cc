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

absl::Status BadChain(absl::string_view what) {
  return InvalidArgument("BAD_DESCRIPTOR",
                         absl::StrCat("the node descriptor's replaced root ", what));
}

// What is carried of earlier root keys, the latest first.
std::vector<v1::NodeDescriptor> Earlier(const v1::NodeDescriptor& descriptor) {
  std::vector<v1::NodeDescriptor> earlier;
  const v1::NodeDescriptor* last = &descriptor;
  earlier.reserve(kMaxReplacements);
  while (last->has_replaced() && earlier.size() < kMaxReplacements) {
    v1::NodeDescriptor before;
    if (!before.ParseFromString(last->replaced().payload())) break;
    last = &earlier.emplace_back(std::move(before));
  }
  return earlier;
}

absl::StatusOr<v1::NodeDescriptor> OpenChain(const v1::Signed& signed_descriptor, int depth);

// Whether `descriptor` may follow what it carries.
absl::Status CheckReplaced(const v1::NodeDescriptor& descriptor, int depth) {
  if (!descriptor.has_replaced()) {
    return descriptor.current_root_public_key().empty() ? absl::OkStatus() : BadChain("is missing");
  }
  if (depth == kMaxReplacements) return BadChain("stands in too long a row");
  ASSIGN_OR_RETURN(const v1::NodeDescriptor before, OpenChain(descriptor.replaced(), depth + 1));
  if (before.root_public_key() != descriptor.root_public_key()) {
    return BadChain("is of another node");
  }
  if (Sha256(descriptor.current_root_public_key()) != before.recovery_key_hash()) {
    return BadChain("committed to another recovery key");
  }
  if (descriptor.recovery_key_hash() == before.recovery_key_hash()) {
    return BadChain("has the same recovery key");
  }
  return descriptor.version() > before.version() ? absl::OkStatus() : BadChain("is not older");
}

absl::StatusOr<v1::NodeDescriptor> OpenChain(const v1::Signed& signed_descriptor, int depth) {
  RETURN_IF_ERROR(CheckSize(signed_descriptor));
  v1::NodeDescriptor unproved;
  if (!unproved.ParseFromString(signed_descriptor.payload())) {
    return InvalidArgument("UNREADABLE", "the signed NodeDescriptor cannot be read");
  }
  RETURN_IF_ERROR(VerifySigned("NodeDescriptor", signed_descriptor, {RootOf(unproved)}));
  RETURN_IF_ERROR(CheckReplaced(unproved, depth));
  RETURN_IF_ERROR(Check(unproved));
  return unproved;
}

}  // namespace

NodeId NodeIdOf(absl::string_view root_public_key) {
  return NodeId(Sha256(root_public_key).substr(0, NodeId::kSize));
}

std::vector<std::string> SigningKeysOf(const v1::NodeDescriptor& descriptor) {
  return {descriptor.signing_public_keys().begin(), descriptor.signing_public_keys().end()};
}

const std::string& RootOf(const v1::NodeDescriptor& descriptor) {
  return descriptor.has_replaced() ? descriptor.current_root_public_key()
                                   : descriptor.root_public_key();
}

int ReplacementsOf(const v1::NodeDescriptor& descriptor) {
  return static_cast<int>(Earlier(descriptor).size());
}

bool IsNewer(const v1::NodeDescriptor& a, const v1::NodeDescriptor& b) {
  return std::make_pair(ReplacementsOf(a), a.version()) >
         std::make_pair(ReplacementsOf(b), b.version());
}

absl::StatusOr<v1::NodeDescriptor> OpenDescriptor(const v1::Signed& signed_descriptor,
                                                  absl::string_view root_public_key) {
  ASSIGN_OR_RETURN(v1::NodeDescriptor descriptor, OpenChain(signed_descriptor, 0));
  if (descriptor.root_public_key() == root_public_key) return descriptor;
  return InvalidArgument("UNKNOWN_KEY", "the node descriptor is of another node's root key");
}

absl::StatusOr<v1::NodeDescriptor> OpenFirstDescriptor(const v1::Signed& signed_descriptor) {
  return OpenChain(signed_descriptor, 0);
}

absl::StatusOr<v1::NodeDescriptor> OpenSuccessor(const v1::Signed& signed_descriptor,
                                                 const v1::NodeDescriptor& known) {
  ASSIGN_OR_RETURN(v1::NodeDescriptor descriptor,
                   OpenDescriptor(signed_descriptor, known.root_public_key()));
  std::vector<v1::NodeDescriptor> chain = Earlier(descriptor);
  chain.insert(chain.begin(), descriptor);
  const size_t generation = ReplacementsOf(known);
  if (chain.size() <= generation) {
    return InvalidArgument("REPLACED_ROOT",
                           "the node descriptor is signed by a root key that was replaced",
                           "Ask its administrator by phone whether the root key was stolen.");
  }
  // Under one root key the commitment to the next never changes: whoever stole
  // the one cannot choose the other.
  const v1::NodeDescriptor& peer = chain[chain.size() - 1 - generation];
  if (RootOf(peer) == RootOf(known) && peer.recovery_key_hash() == known.recovery_key_hash()) {
    return descriptor;
  }
  return InvalidArgument("BAD_CHAIN",
                         "the node descriptor rests on a recovery key that is not the known one",
                         "Ask its administrator by phone whether the root key was stolen.");
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

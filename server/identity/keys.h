// The secrets of a node: made once, kept in DIR/keys, read at each start.
//
//   DIR/keys (0700)
//     root.key     Ed25519 seed: signs node descriptors, nothing else
//     signing.key  Ed25519 seed: signs heads, shares, invitations
//     sealing.key  X25519 secret: opens what is sealed to this node
//     tls.key      P-256, PEM; tls.crt its certificate, PEM
//     tag.key      tags addresses of who was erased; made when first needed
//     token.key    makes the tokens of mails (server/broadcast/tokens.h); likewise
//
//     descriptor   the newest NodeDescriptor, a serialised Signed (kept_descriptor.h)
//     signing.next, root.next, tls.next   what is to replace them (next_keys.h)
//
// All are 0600 and written whole or not at all. A .key file but tls.key is one
// line: "maillage-key 1 NAME " and the 32 secret bytes in base32.
#ifndef SERVER_IDENTITY_KEYS_H_
#define SERVER_IDENTITY_KEYS_H_

#include <array>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/identity/certificate.h"

namespace maillage::identity {

inline constexpr size_t kPublicKeyBytes = 32;
inline constexpr size_t kSignatureBytes = 64;

// Secret bytes, wiped when let go.
template <size_t N>
class Secret {
 public:
  Secret() : bytes_{} {}
  ~Secret() { Wipe(); }
  Secret(Secret&& other) noexcept : bytes_(other.bytes_) { other.Wipe(); }
  Secret& operator=(Secret&& other) noexcept {
    bytes_ = other.bytes_;
    if (this != &other) other.Wipe();
    return *this;
  }
  unsigned char* data() { return bytes_.data(); }
  const unsigned char* data() const { return bytes_.data(); }
  absl::string_view view() const { return {reinterpret_cast<const char*>(bytes_.data()), N}; }

 private:
  void Wipe() {
    volatile unsigned char* byte = bytes_.data();
    for (size_t i = 0; i < N; ++i) byte[i] = 0;
  }
  std::array<unsigned char, N> bytes_;
};

// An Ed25519 key pair. Immutable, so thread safe.
class SigningKey {
 public:
  static SigningKey Generate();
  // `seed` has 32 bytes: INVALID_ARGUMENT (BAD_KEY) otherwise.
  static absl::StatusOr<SigningKey> FromSeed(absl::string_view seed);

  const std::string& public_key() const { return public_key_; }  // 32 bytes
  absl::string_view seed() const { return seed_.view(); }
  // Signs the bytes as they are (64 bytes); see signed.h for domains.
  std::string Sign(absl::string_view bytes) const;

 private:
  SigningKey() = default;
  void Derive();
  Secret<32> seed_;
  Secret<64> secret_;
  std::string public_key_;
};

// Whether `signature` is the key's over these very bytes. False for keys and
// signatures of a wrong length.
bool IsSignedBy(absl::string_view public_key, absl::string_view bytes, absl::string_view signature);

// An X25519 key pair. Immutable, so thread safe.
class SealingKey {
 public:
  static SealingKey Generate();
  // `secret` has 32 bytes: INVALID_ARGUMENT (BAD_KEY) otherwise.
  static absl::StatusOr<SealingKey> FromSecret(absl::string_view secret);

  const std::string& public_key() const { return public_key_; }  // 32 bytes
  const Secret<32>& secret() const { return secret_; }

 private:
  SealingKey() = default;
  void Derive();
  Secret<32> secret_;
  std::string public_key_;
};

struct Keys {
  SigningKey root;
  SigningKey signing;
  SealingKey sealing;
  TlsKey tls;
};

// Makes keys in DIR/keys. `hosts` go into the TLS certificate.
// FAILED_PRECONDITION (EXISTS) where DIR/keys is there.
absl::StatusOr<Keys> CreateKeys(const std::string& dir, const std::vector<std::string>& hosts);

// Reads them. FAILED_PRECONDITION (FILE_NOT_PRIVATE), NOT_FOUND (NO_FILE),
// DATA_LOSS (BAD_KEY_FILE).
absl::StatusOr<Keys> LoadKeys(const std::string& dir);

// A .key file's one line, and the secret in it: DATA_LOSS (BAD_KEY_FILE) where
// the text is no such line; `path` is for the message.
std::string KeyLine(absl::string_view name, absl::string_view secret);
absl::StatusOr<std::string> ParseKeyLine(absl::string_view name, absl::string_view text,
                                         const std::string& path);

std::string KeyPath(const std::string& dir, absl::string_view name);
std::string TagKeyPath(const std::string& dir);
std::string TlsKeyPath(const std::string& dir);
std::string TlsCertificatePath(const std::string& dir);
std::string DescriptorPath(const std::string& dir);

// The key that may one day replace the root key; never stored. The node's
// descriptor commits to `public_key_hash`; `sheet` is shown once, to be printed.
struct RecoveryKey {
  std::string public_key_hash;  // SHA-256, 32 bytes
  std::string sheet;            // 14 groups of 4 characters, 7 a line
};

// The sheet is base32 of version(1) = 1, seed(32), and the first 2 bytes of
// SHA-256("maillage/v1/recovery-sheet" 00 · version · seed).
RecoveryKey NewRecoveryKey();
// The key on a sheet as a person typed it: case, spaces and line ends do not
// matter. INVALID_ARGUMENT (BAD_SHEET).
absl::StatusOr<SigningKey> ParseRecoverySheet(absl::string_view text);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_KEYS_H_

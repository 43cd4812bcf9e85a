#include "server/identity/keys.h"

#include <sodium.h>

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "client/certificate.h"
#include "server/identity/crypto.h"
#include "server/identity/files.h"

namespace maillage::identity {
namespace {

constexpr char kSheetVersion = 1;

const unsigned char* Bytes(absl::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}
unsigned char* Bytes(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Picks the fast implementations; without it libsodium is right but slow.
void InitSodium() { [[maybe_unused]] static const int ready = sodium_init(); }

std::string KeysDir(const std::string& dir) { return absl::StrCat(dir, "/keys"); }

std::string LineStart(absl::string_view name) { return absl::StrCat("maillage-key 1 ", name, " "); }

absl::Status SaveSecret(const std::string& dir, absl::string_view name, absl::string_view secret) {
  return WriteFileAtomically(KeyPath(dir, name), KeyLine(name, secret), 0600);
}

absl::StatusOr<std::string> LoadSecret(const std::string& dir, absl::string_view name) {
  const std::string path = KeyPath(dir, name);
  ASSIGN_OR_RETURN(const std::string line, ReadPrivateFile(path));
  return ParseKeyLine(name, line, path);
}

absl::Status BadKey() { return InvalidArgument("BAD_KEY", "a secret key has 32 bytes"); }

std::string SheetCheck(absl::string_view bytes) {
  return Sha256(InDomain("recovery-sheet", bytes)).substr(0, 2);
}

std::string InGroups(absl::string_view text) {
  std::string sheet;
  for (size_t i = 0; i < text.size(); i += 4) {
    absl::StrAppend(&sheet, i == 0 ? "" : i % 28 == 0 ? "\n" : " ", text.substr(i, 4));
  }
  return sheet;
}

}  // namespace

SigningKey SigningKey::Generate() {
  SigningKey key;
  InitSodium();
  randombytes_buf(key.seed_.data(), key.seed_.view().size());
  key.Derive();
  return key;
}

absl::StatusOr<SigningKey> SigningKey::FromSeed(absl::string_view seed) {
  if (seed.size() != crypto_sign_SEEDBYTES) return BadKey();
  InitSodium();
  SigningKey key;
  std::copy(seed.begin(), seed.end(), key.seed_.data());
  key.Derive();
  return key;
}

void SigningKey::Derive() {
  public_key_.resize(crypto_sign_PUBLICKEYBYTES);
  crypto_sign_seed_keypair(Bytes(public_key_), secret_.data(), seed_.data());
}

std::string SigningKey::Sign(absl::string_view bytes) const {
  std::string signature(kSignatureBytes, '\0');
  crypto_sign_detached(Bytes(signature), nullptr, Bytes(bytes), bytes.size(), secret_.data());
  return signature;
}

bool IsSignedBy(absl::string_view public_key, absl::string_view bytes,
                absl::string_view signature) {
  return public_key.size() == kPublicKeyBytes && signature.size() == kSignatureBytes &&
         crypto_sign_verify_detached(Bytes(signature), Bytes(bytes), bytes.size(),
                                     Bytes(public_key)) == 0;
}

SealingKey SealingKey::Generate() {
  InitSodium();
  SealingKey key;
  randombytes_buf(key.secret_.data(), key.secret_.view().size());
  key.Derive();
  return key;
}

absl::StatusOr<SealingKey> SealingKey::FromSecret(absl::string_view secret) {
  if (secret.size() != crypto_box_SECRETKEYBYTES) return BadKey();
  InitSodium();
  SealingKey key;
  std::copy(secret.begin(), secret.end(), key.secret_.data());
  key.Derive();
  return key;
}

void SealingKey::Derive() {
  public_key_.resize(crypto_box_PUBLICKEYBYTES);
  crypto_scalarmult_base(Bytes(public_key_), secret_.data());
}

std::string KeyLine(absl::string_view name, absl::string_view secret) {
  return absl::StrCat(LineStart(name), Base32Encode(secret), "\n");
}

absl::StatusOr<std::string> ParseKeyLine(absl::string_view name, absl::string_view text,
                                         const std::string& path) {
  const std::string start = LineStart(name);
  if (absl::StartsWith(text, start)) {
    const auto secret = Base32Decode(absl::StripAsciiWhitespace(text.substr(start.size())));
    if (secret.ok() && secret->size() == 32) return *secret;
  }
  return DataLoss("BAD_KEY_FILE", absl::StrCat(path, " does not hold the node's ", name, " key"),
                  "Put the file back from a backup of the node's keys.");
}

std::string KeyPath(const std::string& dir, absl::string_view name) {
  return absl::StrCat(KeysDir(dir), "/", name, ".key");
}

std::string TagKeyPath(const std::string& dir) { return KeyPath(dir, "tag"); }
std::string TlsKeyPath(const std::string& dir) { return KeyPath(dir, "tls"); }

std::string TlsCertificatePath(const std::string& dir) {
  return absl::StrCat(KeysDir(dir), "/tls.crt");
}

std::string DescriptorPath(const std::string& dir) {
  return absl::StrCat(KeysDir(dir), "/descriptor");
}

absl::StatusOr<Keys> CreateKeys(const std::string& dir, const std::vector<std::string>& hosts) {
  RETURN_IF_ERROR(MakeDirectory(KeysDir(dir), 0700));
  ASSIGN_OR_RETURN(TlsKey tls, NewTlsKey(kCertificateHost, hosts));
  Keys keys{SigningKey::Generate(), SigningKey::Generate(), SealingKey::Generate(), std::move(tls)};
  RETURN_IF_ERROR(SaveSecret(dir, "root", keys.root.seed()));
  RETURN_IF_ERROR(SaveSecret(dir, "signing", keys.signing.seed()));
  RETURN_IF_ERROR(SaveSecret(dir, "sealing", keys.sealing.secret().view()));
  RETURN_IF_ERROR(WriteFileAtomically(TlsKeyPath(dir), keys.tls.key_pem, 0600));
  RETURN_IF_ERROR(WriteFileAtomically(TlsCertificatePath(dir), keys.tls.certificate_pem, 0600));
  return keys;
}

absl::StatusOr<Keys> LoadKeys(const std::string& dir) {
  ASSIGN_OR_RETURN(const std::string root_seed, LoadSecret(dir, "root"));
  ASSIGN_OR_RETURN(const std::string signing_seed, LoadSecret(dir, "signing"));
  ASSIGN_OR_RETURN(const std::string sealing_secret, LoadSecret(dir, "sealing"));
  ASSIGN_OR_RETURN(SigningKey root, SigningKey::FromSeed(root_seed));
  ASSIGN_OR_RETURN(SigningKey signing, SigningKey::FromSeed(signing_seed));
  ASSIGN_OR_RETURN(SealingKey sealing, SealingKey::FromSecret(sealing_secret));
  TlsKey tls;
  ASSIGN_OR_RETURN(tls.key_pem, ReadPrivateFile(TlsKeyPath(dir)));
  ASSIGN_OR_RETURN(tls.certificate_pem, ReadFile(TlsCertificatePath(dir)));
  if (const absl::Status pair = client::CheckKeyPair(tls.certificate_pem, tls.key_pem);
      !pair.ok()) {
    return DataLoss("BAD_KEY_FILE", absl::StrCat(TlsKeyPath(dir), ": ", pair.message()),
                    "Put tls.key and tls.crt back from a backup of the node's keys.");
  }
  ASSIGN_OR_RETURN(tls.certificate_hash, client::CertificateHash(tls.certificate_pem));
  return Keys{std::move(root), std::move(signing), std::move(sealing), std::move(tls)};
}

RecoveryKey NewRecoveryKey() {
  const SigningKey key = SigningKey::Generate();
  std::string bytes(1, kSheetVersion);
  absl::StrAppend(&bytes, key.seed());
  absl::StrAppend(&bytes, SheetCheck(bytes));
  RecoveryKey recovery{Sha256(key.public_key()), InGroups(Base32Encode(bytes))};
  sodium_memzero(bytes.data(), bytes.size());
  return recovery;
}

absl::StatusOr<SigningKey> ParseRecoverySheet(absl::string_view text) {
  std::string letters;
  for (const char c : text) {
    if (!absl::ascii_isspace(static_cast<unsigned char>(c))) letters.push_back(c);
  }
  const auto bytes = Base32Decode(letters);
  constexpr size_t kSeedEnd = 1 + crypto_sign_SEEDBYTES;
  if (!bytes.ok() || bytes->size() != kSeedEnd + 2 || bytes->front() != kSheetVersion ||
      SheetCheck(bytes->substr(0, kSeedEnd)) != bytes->substr(kSeedEnd)) {
    return InvalidArgument("BAD_SHEET", "this is not what a recovery sheet says",
                           "Type all 14 groups of the sheet, in their order.");
  }
  return SigningKey::FromSeed(bytes->substr(1, crypto_sign_SEEDBYTES));
}

}  // namespace maillage::identity

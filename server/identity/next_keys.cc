#include "server/identity/next_keys.h"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <optional>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "client/certificate.h"
#include "server/identity/descriptor.h"
#include "server/identity/files.h"
#include "server/identity/kept_descriptor.h"

namespace maillage::identity {
namespace {

constexpr char kTlsName[] = "tls";
constexpr char kKeyStart[] = "-----BEGIN PRIVATE KEY-----";

std::string NextPath(const std::string& dir, absl::string_view name) {
  return absl::StrCat(dir, "/keys/", name, ".next");
}

// Nothing where nothing was saved.
absl::StatusOr<std::optional<std::string>> ReadNext(const std::string& dir,
                                                    absl::string_view name) {
  const auto text = ReadPrivateFile(NextPath(dir, name));
  if (absl::IsNotFound(text.status())) return std::nullopt;
  RETURN_IF_ERROR(text.status());
  return *text;
}

absl::Status RemoveNext(const std::string& dir, absl::string_view name) {
  const std::string path = NextPath(dir, name);
  if (unlink(path.c_str()) != 0 && errno != ENOENT) {
    return Unavailable("FILE_ERROR", absl::StrCat("cannot remove ", path, ": ", strerror(errno)));
  }
  return SyncDirectory(absl::StrCat(dir, "/keys"));
}

absl::Status Settle(const std::string& dir, absl::string_view name, const std::string& newest) {
  ASSIGN_OR_RETURN(const auto text, ReadNext(dir, name));
  if (!text.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string seed, ParseKeyLine(name, *text, NextPath(dir, name)));
  ASSIGN_OR_RETURN(const SigningKey key, SigningKey::FromSeed(seed));
  return key.public_key() == newest ? AdoptNext(dir, name) : RemoveNext(dir, name);
}

absl::Status SettleTls(const std::string& dir, const std::string& newest) {
  ASSIGN_OR_RETURN(const auto text, ReadNext(dir, kTlsName));
  if (!text.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::string hash, client::CertificateHash(*text));
  return hash == newest ? AdoptNextTls(dir) : RemoveNext(dir, kTlsName);
}

}  // namespace

absl::Status SaveNext(const std::string& dir, absl::string_view name, const SigningKey& key) {
  return WriteFileAtomically(NextPath(dir, name), KeyLine(name, key.seed()), 0600);
}

absl::Status SaveNextTls(const std::string& dir, const TlsKey& tls) {
  return WriteFileAtomically(NextPath(dir, kTlsName),
                             absl::StrCat(tls.certificate_pem, tls.key_pem), 0600);
}

absl::Status AdoptNext(const std::string& dir, absl::string_view name) {
  ASSIGN_OR_RETURN(const auto text, ReadNext(dir, name));
  if (!text.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(WriteFileAtomically(KeyPath(dir, name), *text, 0600));
  return RemoveNext(dir, name);
}

absl::Status AdoptNextTls(const std::string& dir) {
  ASSIGN_OR_RETURN(const auto text, ReadNext(dir, kTlsName));
  if (!text.has_value()) return absl::OkStatus();
  const size_t key = text->find(kKeyStart);
  if (key == std::string::npos) {
    return DataLoss("BAD_KEY_FILE", absl::StrCat(NextPath(dir, kTlsName), " holds no key"));
  }
  RETURN_IF_ERROR(WriteFileAtomically(TlsCertificatePath(dir), text->substr(0, key), 0600));
  RETURN_IF_ERROR(WriteFileAtomically(TlsKeyPath(dir), text->substr(key), 0600));
  return RemoveNext(dir, kTlsName);
}

absl::Status SettleNextKeys(const std::string& dir, const storage::Reader& reader) {
  const auto kept = ReadKeptDescriptor(reader, DescriptorPath(dir));
  // Self::Load() says what is wrong with one that cannot be read.
  if (!kept.ok()) return absl::OkStatus();
  const v1::NodeDescriptor& descriptor = kept->descriptor;
  RETURN_IF_ERROR(Settle(dir, kRootName, RootOf(descriptor)));
  RETURN_IF_ERROR(Settle(dir, kSigningName, descriptor.signing_public_keys(0)));
  return SettleTls(dir, descriptor.tls_certificate_hashes(0));
}

}  // namespace maillage::identity

#include "client/certificate.h"

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>

#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::client {
namespace {

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

Bio ReadOnly(absl::string_view pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())), &BIO_free);
}

absl::StatusOr<Certificate> ParseCertificate(absl::string_view pem) {
  const Bio bio = ReadOnly(pem);
  Certificate certificate(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr), &X509_free);
  if (certificate == nullptr) {
    return InvalidArgument("BAD_CERTIFICATE", "the text is no X.509 certificate in PEM");
  }
  return certificate;
}

// An encrypted key must fail instead of asking on the terminal.
int NoPassphrase(char*, int, int, void*) { return 0; }

}  // namespace

absl::StatusOr<std::string> CertificateHash(absl::string_view pem) {
  ASSIGN_OR_RETURN(const Certificate certificate, ParseCertificate(pem));
  unsigned char hash[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (X509_digest(certificate.get(), EVP_sha256(), hash, &size) != 1) {
    return InvalidArgument("BAD_CERTIFICATE", "the certificate cannot be hashed");
  }
  return std::string(reinterpret_cast<const char*>(hash), size);
}

absl::Status CheckKeyPair(absl::string_view certificate_pem, absl::string_view key_pem) {
  ASSIGN_OR_RETURN(const Certificate certificate, ParseCertificate(certificate_pem));
  const Bio bio = ReadOnly(key_pem);
  const Key key(PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassphrase, nullptr),
                &EVP_PKEY_free);
  if (key == nullptr) {
    return InvalidArgument("BAD_KEY", "the text is no private key in PEM without a passphrase");
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return InvalidArgument("KEY_MISMATCH", "the key is not the one of the certificate");
  }
  return absl::OkStatus();
}

}  // namespace maillage::client

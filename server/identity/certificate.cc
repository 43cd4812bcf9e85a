#include "server/identity/certificate.h"

#include <arpa/inet.h>
#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "client/certificate.h"

namespace maillage::identity {
namespace {

constexpr int kDays = 30 * 365;

using Bio = std::unique_ptr<BIO, decltype(&BIO_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;
using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;

absl::Status Failed(absl::string_view step) {
  return Error(absl::StatusCode::kInternal, "CERTIFICATE_FAILED",
               absl::StrCat("OpenSSL cannot ", step));
}

std::string AlternativeNames(const std::vector<std::string>& hosts) {
  std::string names;
  for (const std::string& host : hosts) {
    unsigned char address[16];
    const bool ip = inet_pton(AF_INET, host.c_str(), address) == 1 ||
                    inet_pton(AF_INET6, host.c_str(), address) == 1;
    absl::StrAppend(&names, names.empty() ? "" : ",", ip ? "IP:" : "DNS:", host);
  }
  return names;
}

bool AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str());
  if (extension == nullptr) return false;
  const bool added = X509_add_ext(certificate, extension, -1) == 1;
  X509_EXTENSION_free(extension);
  return added;
}

bool SetSerial(X509* certificate) {
  uint64_t serial = 0;
  return RAND_bytes(reinterpret_cast<unsigned char*>(&serial), sizeof(serial)) == 1 &&
         ASN1_INTEGER_set_uint64(X509_get_serialNumber(certificate), serial >> 1) == 1;
}

bool Fill(X509* certificate, EVP_PKEY* key, absl::string_view common_name,
          const std::vector<std::string>& hosts) {
  X509_NAME* subject = X509_get_subject_name(certificate);
  // A day back: the peer's clock may be behind.
  return X509_set_version(certificate, 2) == 1 && SetSerial(certificate) &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -86400) != nullptr &&
         X509_time_adj_ex(X509_getm_notAfter(certificate), kDays, 0, nullptr) != nullptr &&
         X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(common_name.data()),
                                    static_cast<int>(common_name.size()), -1, 0) == 1 &&
         X509_set_issuer_name(certificate, subject) == 1 &&
         X509_set_pubkey(certificate, key) == 1 &&
         AddExtension(certificate, NID_basic_constraints, "critical,CA:TRUE") &&
         AddExtension(certificate, NID_ext_key_usage, "serverAuth,clientAuth") &&
         (hosts.empty() ||
          AddExtension(certificate, NID_subject_alt_name, AlternativeNames(hosts))) &&
         X509_sign(certificate, key, EVP_sha256()) != 0;
}

std::string Content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return std::string(data, static_cast<size_t>(size));
}

}  // namespace

absl::StatusOr<TlsKey> NewTlsKey(absl::string_view common_name,
                                 const std::vector<std::string>& hosts) {
  const Key key(EVP_EC_gen("P-256"), &EVP_PKEY_free);
  const Certificate certificate(X509_new(), &X509_free);
  if (key == nullptr || certificate == nullptr) return Failed("make a key");
  if (!Fill(certificate.get(), key.get(), common_name, hosts)) return Failed("make a certificate");
  const Bio certificate_bio(BIO_new(BIO_s_mem()), &BIO_free);
  const Bio key_bio(BIO_new(BIO_s_secmem()), &BIO_free);
  if (PEM_write_bio_X509(certificate_bio.get(), certificate.get()) != 1 ||
      PEM_write_bio_PKCS8PrivateKey(key_bio.get(), key.get(), nullptr, nullptr, 0, nullptr,
                                    nullptr) != 1) {
    return Failed("write a certificate");
  }
  TlsKey tls{Content(certificate_bio.get()), Content(key_bio.get()), {}};
  ASSIGN_OR_RETURN(tls.certificate_hash, client::CertificateHash(tls.certificate_pem));
  return tls;
}

}  // namespace maillage::identity

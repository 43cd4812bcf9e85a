#include "client/base/sha256.h"

#include <openssl/evp.h>

#include <array>
#include <cstdio>
#include <cstdlib>

namespace maillage {
namespace {

const EVP_MD* Digest() {
  static const EVP_MD* const digest = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  return digest;
}

EVP_MD_CTX* Context(void* context) { return static_cast<EVP_MD_CTX*>(context); }

// SHA-256 in memory fails only where OpenSSL itself is broken.
void Must(int ok) {
  if (ok == 1) return;
  std::fputs("OpenSSL cannot compute SHA-256\n", stderr);
  std::abort();
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) { Must(context_ != nullptr && Digest() != nullptr); }
Sha256::~Sha256() { EVP_MD_CTX_free(Context(context_)); }

Sha256& Sha256::Begin() {
  Must(EVP_DigestInit_ex2(Context(context_), Digest(), nullptr));
  return *this;
}

Sha256& Sha256::Add(absl::string_view bytes) {
  Must(EVP_DigestUpdate(Context(context_), bytes.data(), bytes.size()));
  return *this;
}

Hash Sha256::Finish() {
  std::array<unsigned char, Hash::kSize> digest;
  Must(EVP_DigestFinal_ex(Context(context_), digest.data(), nullptr));
  return Hash(absl::string_view(reinterpret_cast<const char*>(digest.data()), digest.size()));
}

Sha256& Sha256::ThisThread() {
  thread_local Sha256 hasher;
  return hasher;
}

}  // namespace maillage

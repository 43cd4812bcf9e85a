// SHA-256 of pieces. OpenSSL's digest is fetched once and a context is used
// again and again, which is what makes a hash or two a record affordable.
#ifndef CLIENT_BASE_SHA256_H_
#define CLIENT_BASE_SHA256_H_

#include <cstdint>

#include "absl/strings/string_view.h"
#include "client/base/ids.h"

namespace maillage {

using Hash = FixedId<32, struct HashTag>;

// Begins, adds, finishes; then may begin again. Not thread safe: one a thread.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(const Sha256&) = delete;
  Sha256& operator=(const Sha256&) = delete;

  Sha256& Begin();
  Sha256& Add(absl::string_view bytes);
  Hash Finish();

  // This thread's own.
  static Sha256& ThisThread();
  // Of one piece.
  static Hash Of(absl::string_view bytes) { return ThisThread().Begin().Add(bytes).Finish(); }

 private:
  void* const context_;  // EVP_MD_CTX
};

}  // namespace maillage

#endif  // CLIENT_BASE_SHA256_H_

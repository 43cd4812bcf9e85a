// The signing key that counts now. It is replaced while others sign.
#ifndef SERVER_IDENTITY_SIGNER_H_
#define SERVER_IDENTITY_SIGNER_H_

#include <memory>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "client/base/mutex.h"
#include "server/identity/keys.h"
#include "server/identity/signed.h"

namespace maillage::identity {

// Thread safe.
class Signer {
 public:
  explicit Signer(SigningKey key) : key_(std::make_shared<const SigningKey>(std::move(key))) {}

  // The key of this moment. Take it once for what must be signed by one key.
  std::shared_ptr<const SigningKey> Get() const {
    const MutexLock lock(&mutex_);
    return key_;
  }
  // Whatever is signed after it returns is signed by the new key.
  void Set(SigningKey key) {
    auto next = std::make_shared<const SigningKey>(std::move(key));
    const MutexLock lock(&mutex_);
    key_ = std::move(next);
  }

 private:
  mutable Mutex mutex_;
  std::shared_ptr<const SigningKey> key_ ABSL_GUARDED_BY(mutex_);
};

// As signed.h has them, with the key of this moment.
inline v1::Signed SignMessage(const google::protobuf::MessageLite& message, const Signer& signer) {
  return SignMessage(message, *signer.Get());
}
inline std::string SignBytes(absl::string_view name, absl::string_view bytes,
                             const Signer& signer) {
  return SignBytes(name, bytes, *signer.Get());
}

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_SIGNER_H_

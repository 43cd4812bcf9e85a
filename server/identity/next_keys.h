// What is to replace a key, written beside it before anyone hears of it, so that
// a rotation that is cut off can be ended either way.
//
//   DIR/keys/NAME.next   root, signing: as NAME.key; tls: certificate, then key, PEM
#ifndef SERVER_IDENTITY_NEXT_KEYS_H_
#define SERVER_IDENTITY_NEXT_KEYS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/identity/keys.h"
#include "server/storage/reader.h"

namespace maillage::identity {

inline constexpr char kRootName[] = "root";
inline constexpr char kSigningName[] = "signing";

// UNAVAILABLE (FILE_ERROR).
absl::Status SaveNext(const std::string& dir, absl::string_view name, const SigningKey& key);
absl::Status SaveNextTls(const std::string& dir, const TlsKey& tls);

// Puts what was saved in the key's place. Harmless when nothing was saved.
// UNAVAILABLE (FILE_ERROR), DATA_LOSS (BAD_KEY_FILE).
absl::Status AdoptNext(const std::string& dir, absl::string_view name);
absl::Status AdoptNextTls(const std::string& dir);

// Before the keys are loaded: what the newest descriptor of this node names is
// put in place, anything else that was saved is removed. Errors as above.
absl::Status SettleNextKeys(const std::string& dir, const storage::Reader& reader);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_NEXT_KEYS_H_

// Pairing tokens: what an administrator hands to a partner, once, on a trusted
// way. The text is base32 of
//   version(1) = 1 · PairingToken, serialised · check(4)
// where check is the beginning of SHA-256("maillage/v1/pairing-token" 00 ·
// version · message): a token cut short or mistyped is told from a wrong one.
#ifndef SERVER_IDENTITY_TOKENS_H_
#define SERVER_IDENTITY_TOKENS_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "maillage/v1/identity.pb.h"
#include "server/identity/self.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::identity {

inline constexpr absl::Duration kTokenLife = absl::Hours(72);
inline constexpr size_t kTokenIdBytes = 8;
inline constexpr size_t kTokenSecretBytes = 16;

std::string TokenText(const v1::PairingToken& token);
// Blanks, line ends and hyphens are skipped. INVALID_ARGUMENT (BAD_TOKEN).
absl::StatusOr<v1::PairingToken> ParseToken(absl::string_view text);

// The tokens that this node handed out: meta rows "token/{token id, base32}".
// Thread safe.
class Tokens {
 public:
  // All must outlive it; `reader` reads the newest state.
  Tokens(const Self* self, const storage::Reader* reader, storage::Writer* writer,
         const Clock* clock);

  struct New {
    std::string text;
    absl::Time expire_time;
  };
  // Makes a token, durably, and forgets those that have expired.
  // FAILED_PRECONDITION (NO_ENDPOINT) where partners cannot dial this node.
  absl::StatusOr<New> Create(absl::string_view who);

  // A token that can be spent now, with all it takes to spend it.
  struct Live {
    std::string id;      // 8 bytes
    std::string secret;  // 16 bytes
    // Spends it when committed; ABORTED (CHANGED_MEANWHILE) for all but one.
    storage::Transaction spending;
  };
  // `token_id` has 8 bytes. UNAUTHENTICATED: UNKNOWN_TOKEN, SPENT_TOKEN or
  // EXPIRED_TOKEN.
  absl::StatusOr<Live> Find(absl::string_view token_id) const;

 private:
  const Self* const self_;
  const storage::Reader* const reader_;
  storage::Writer* const writer_;
  const Clock* const clock_;
};

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_TOKENS_H_

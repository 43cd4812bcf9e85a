// How a token makes two nodes partners: one question, one answer, each under
// an HMAC of the token's secret that is checked before anything is parsed.
//
//   request mac  = HMAC-SHA256(secret, "maillage/v1/pair-request" 00 ·
//                  inviter's node id(10) · token id(8) · request bytes)
//   response mac = HMAC-SHA256(secret, "maillage/v1/pair-response" 00 ·
//                  request mac(32) · response bytes)
#ifndef SERVER_IDENTITY_PAIRING_H_
#define SERVER_IDENTITY_PAIRING_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/identity/tokens.h"
#include "server/storage/writer.h"

namespace maillage::identity {

inline constexpr size_t kMaxPairBytes = 64 << 10;
inline constexpr size_t kMacBytes = 32;

std::string PairRequestMac(absl::string_view secret, const NodeId& inviter,
                           absl::string_view token_id, absl::string_view request);
std::string PairResponseMac(absl::string_view secret, absl::string_view request_mac,
                            absl::string_view response);

// Thread safe. Everything given must outlive it.
class Pairing {
 public:
  Pairing(const Self* self, Tokens* tokens, Partners* partners, storage::Writer* writer);

  // What a caller sent, as it came.
  struct Question {
    std::string token_id;  // base32
    std::string mac;
    std::string request;
    std::string certificate_hash;  // of the TLS certificate that it showed
  };
  struct Answer {
    std::string response;
    std::string mac;
  };
  // Answers as the node that made the token, and spends it, durably before the
  // answer. UNAUTHENTICATED: BAD_TOKEN_ID, as Tokens::Find(), WRONG_MAC.
  // INVALID_ARGUMENT: TOO_LARGE, UNREADABLE, WRONG_CERTIFICATE (not the one of
  // its descriptor), as Partners::Add(); these leave the token unspent.
  absl::StatusOr<Answer> Reply(const Question& question);

  // What the accepting node sends, and where.
  struct Call {
    v1::PairingToken token;
    std::string request;
    std::string mac;
  };
  // INVALID_ARGUMENT: BAD_TOKEN, OWN_NODE.
  absl::StatusOr<Call> Ask(absl::string_view token_text) const;
  // Takes the answer to a call. UNAUTHENTICATED: WRONG_MAC; INVALID_ARGUMENT:
  // TOO_LARGE, UNREADABLE, WRONG_NODE (not the token's), WRONG_CERTIFICATE (its
  // descriptor lacks the pinned one), as Partners::Add().
  absl::StatusOr<PartnerPtr> Finish(const Call& call, const Answer& answer, absl::string_view who);

 private:
  const Self* const self_;
  Tokens* const tokens_;
  Partners* const partners_;
  storage::Writer* const writer_;
};

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_PAIRING_H_

// Tokens of links and addresses in mails and letters: whoever holds one may act
// for one recipient of one broadcast. A token names no address.
//
//   token   base32 of key id(1) · job(16) · number(4) · expiry(2) · mac(12)
//   letter  base32 of number(3) · mac(7), in groups of four, to be typed
//   sealed  base32 of key id(1) · nonce(12) · AES-256-GCM of a message, tag(16)
//
// mac is the beginning of HMAC-SHA-256 under the key over "maillage/v1/mail-token"
// 00 · purpose(1) · key id(1) · job(16) · number(4) · expiry(2): so a token for
// replies says nothing where an objection is asked for. Expiry is the last day on
// which it holds, in days since 1970, UTC. 56 characters, so that a return path
// fits the 64 of a local part.
#ifndef SERVER_BROADCAST_TOKENS_H_
#define SERVER_BROADCAST_TOKENS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "client/base/ids.h"

namespace maillage::broadcast {

enum class TokenPurpose : char { kReply = 'R', kObject = 'O', kReturnPath = 'B', kLetter = 'L' };

// Whom a token speaks for, and until when. Days beyond 2149 count as that year's.
struct TokenSubject {
  RecordId job;
  uint32_t number = 0;  // of the recipient in the job
  absl::CivilDay expiry;
};

// Immutable; thread safe.
class MailTokens {
 public:
  // The keys in a file: a line "maillage-key 1 token-ID SECRET" each, ID from 1 to
  // 255, rising; the last one makes tokens, all check them. Makes the file with
  // one key where there is none. A line that is taken out ends its tokens.
  // DATA_LOSS (BAD_KEY_FILE), errors of ReadPrivateFile.
  static absl::StatusOr<std::unique_ptr<MailTokens>> Load(const std::string& path);

  std::string Make(TokenPurpose purpose, const TokenSubject& subject) const;
  // INVALID_ARGUMENT (BAD_TOKEN) for what was not made here for this purpose,
  // FAILED_PRECONDITION (EXPIRED_TOKEN).
  absl::StatusOr<TokenSubject> Check(TokenPurpose purpose, absl::string_view text,
                                     absl::Time now) const;

  // The code on a letter: it names no job, so it is checked against one.
  // `subject.number` is below 2^24.
  std::string MakeLetterCode(const TokenSubject& subject) const;
  // The recipient's number, or 0: no code of this job. Blanks, hyphens and case
  // do not matter; 0 and 1 are read as o and l.
  uint32_t CheckLetterCode(absl::string_view text, const RecordId& job,
                           absl::CivilDay expiry) const;

  // Hides a message in a link, so that it need not be kept here meanwhile.
  // `domain` tells the kinds of messages apart.
  std::string Seal(absl::string_view domain, absl::string_view message) const;
  // INVALID_ARGUMENT (BAD_TOKEN).
  absl::StatusOr<std::string> Open(absl::string_view domain, absl::string_view sealed) const;

 private:
  struct Key {
    uint8_t id;
    std::string secret;
  };
  explicit MailTokens(std::vector<Key> keys) : keys_(std::move(keys)) {}

  static std::string Mac(const Key& key, TokenPurpose purpose, const TokenSubject& subject);
  const Key* Find(uint8_t id) const;

  const std::vector<Key> keys_;  // never empty
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_TOKENS_H_

// Mails that come back: delivery status notifications (RFC 3464), complaints
// (RFC 5965) and answers of machines, as mail servers really write them.
//
// Nothing of such a mail is believed but the token in its return path, which
// whoever reads it checks: anybody may send anything to that address.
#ifndef SERVER_BROADCAST_MAIL_RETURNED_H_
#define SERVER_BROADCAST_MAIL_RETURNED_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace maillage::broadcast {

// A mail larger than that is read up to there.
inline constexpr size_t kMaxReturnedBytes = 1 << 20;

struct ReturnedMail {
  enum class Kind {
    kFailed,     // not delivered, for good
    kDelayed,    // not delivered yet; the server goes on trying
    kDelivered,  // a notification of success
    kComplaint,  // the receiver called it unwanted
    kAutoReply,  // somebody is away
    kOther,      // for a person to read
  };
  Kind kind = Kind::kOther;
  // What stood behind the + of `local_part` in the addresses that it came to, and
  // in the return path of the mail that it tells of; in lower case, each once, at
  // most 8.
  std::vector<std::string> tokens;
  std::string status;  // "5.1.1"; may be empty
  std::string detail;  // what the server said, one clean line of at most 300 bytes
};

// `mail` is a whole message, with CRLF or LF; `local_part` that of the mailbox to
// which mails come back, without the +. Never fails: what cannot be read is
// kOther. Thread safe.
ReturnedMail ReadReturnedMail(absl::string_view mail, absl::string_view local_part);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_RETURNED_H_

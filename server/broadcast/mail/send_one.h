// Sends a single mail and waits for the answer.
#ifndef SERVER_BROADCAST_MAIL_SEND_ONE_H_
#define SERVER_BROADCAST_MAIL_SEND_ONE_H_

#include <string>

#include "absl/status/statusor.h"
#include "server/broadcast/mail/smtp_sender.h"

namespace maillage::broadcast {

// Returns the server's answer. UNAVAILABLE (MAIL_SERVER) where it cannot be
// reached or refuses for now; FAILED_PRECONDITION (MAIL_REFUSED) where it
// refuses for good. Blocks at most about `patience`.
absl::StatusOr<std::string> SendOne(const SmtpOptions& options, OutgoingMail mail,
                                    absl::Duration patience);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_SEND_ONE_H_

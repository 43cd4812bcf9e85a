// Addresses of mail: which ones can be written to, and how they stand in a
// header.
#ifndef SERVER_BROADCAST_MAIL_ADDRESS_H_
#define SERVER_BROADCAST_MAIL_ADDRESS_H_

#include <string>

#include "absl/strings/string_view.h"

namespace maillage::broadcast {

// Trimmed and lower case; empty where no mail can be sent to it. A mailbox is
// local-part@domain in ASCII, the local part a dot-atom of at most 64 bytes,
// the domain in A-labels and with a dot: so it can never break out of a header
// or an SMTP command. (A local part beyond ASCII needs SMTPUTF8, which few
// servers speak.)
std::string NormaliseMailbox(absl::string_view mailbox);

// Whether a mailbox is already so.
bool IsMailbox(absl::string_view mailbox);

// What stands after the @ of a mailbox.
absl::string_view MailDomain(absl::string_view mailbox);

// "From: name <mailbox>" whole, RFC 5322 and 2047, folded, with its CRLF.
// Control characters in the name become spaces. `mailbox` is a mailbox.
std::string AddressHeader(absl::string_view field, absl::string_view display_name,
                          absl::string_view mailbox);

// mailto:mailbox?subject=..., percent-encoded; fit for an href and a header.
std::string MailtoUri(absl::string_view mailbox, absl::string_view subject);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_ADDRESS_H_

// Messages that came by a link: rows NODE id of the family inbox.
//
//   waiting  'W' length(4) reason, then the sealed message
//   handled  'H', then why it was set aside, or nothing
//
// A waiting message is kept here because its sender withdraws it from the link
// once it knows that it arrived. What is handled is never handled again.
#ifndef SERVER_SHARING_INBOX_H_
#define SERVER_SHARING_INBOX_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::sharing {

struct InboxRow {
  bool waiting = false;
  std::string reason;
  std::string sealed;  // of a waiting one
};

std::string EncodeInbox(const InboxRow& row);
// DATA_LOSS (BAD_ROW).
absl::StatusOr<InboxRow> DecodeInbox(absl::string_view value);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_INBOX_H_

// Messages that came by a link: rows NODE id of the family inbox.
//
//   waiting  'W' length(4) reason, then the sealed message
//   handled  'H', then why it was set aside, or nothing
//
// A waiting message is kept here because its sender withdraws it from the link
// once it knows that it arrived. What is handled is never handled again.
#ifndef SERVER_SHARING_INBOX_H_
#define SERVER_SHARING_INBOX_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace maillage::sharing {

struct InboxRow {
  bool waiting = false;
  std::string reason;
  std::string sealed;  // of a waiting one
};

// What of one partner waits here.
struct InboxUse {
  uint64_t messages = 0;
  uint64_t bytes = 0;  // sealed
};
// While so much waits the partner's link is refused, and it keeps what it sends. A
// run that begins below the limit is taken whole, or nobody would ever get on.
inline constexpr uint64_t kMaxInboxMessages = 10'000;
inline constexpr uint64_t kMaxInboxBytes = 64 << 20;

// Adds a message of a run to what waits; `bytes` stay those from before the run.
// RESOURCE_EXHAUSTED (INBOX_FULL).
absl::Status TakeRoom(InboxUse* use);

std::string EncodeInbox(const InboxRow& row);
// DATA_LOSS (BAD_ROW).
absl::StatusOr<InboxRow> DecodeInbox(absl::string_view value);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_INBOX_H_

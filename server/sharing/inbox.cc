#include "server/sharing/inbox.h"

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"

namespace maillage::sharing {

absl::Status TakeRoom(InboxUse* use) {
  ++use->messages;
  if (use->messages <= kMaxInboxMessages && use->bytes < kMaxInboxBytes) return absl::OkStatus();
  return Error(absl::StatusCode::kResourceExhausted, "INBOX_FULL",
               absl::StrCat("more than ", kMaxInboxMessages, " messages, or ", kMaxInboxBytes >> 20,
                            " MiB, of the partner wait here"),
               "subscribe to the shares that the messages speak of, or update this node");
}

std::string EncodeInbox(const InboxRow& row) {
  if (!row.waiting) return absl::StrCat("H", row.reason);
  std::string value = "W";
  AppendU32(&value, static_cast<uint32_t>(row.reason.size()));
  absl::StrAppend(&value, row.reason, row.sealed);
  return value;
}

absl::StatusOr<InboxRow> DecodeInbox(absl::string_view value) {
  InboxRow row;
  if (!value.empty() && value.front() == 'H') {
    row.reason = std::string(value.substr(1));
    return row;
  }
  if (value.size() >= 5 && value.front() == 'W') {
    const uint32_t length = ReadU32(value.substr(1));
    if (length <= value.size() - 5) {
      row.waiting = true;
      row.reason = std::string(value.substr(5, length));
      row.sealed = std::string(value.substr(5 + length));
      return row;
    }
  }
  return DataLoss("BAD_ROW", "a message in the inbox cannot be read", "restore from a backup");
}

}  // namespace maillage::sharing

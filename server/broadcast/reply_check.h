// What a reply must fulfil, and how replies are counted.
#ifndef SERVER_BROADCAST_REPLY_CHECK_H_
#define SERVER_BROADCAST_REPLY_CHECK_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/invitation.pb.h"
#include "maillage/v1/reply.pb.h"
#include "server/storage/reader.h"

namespace maillage::broadcast {

// Puts a reply into its normal form: trimmed texts, nothing that its answer has
// no use for. INVALID_ARGUMENT (BAD_REPLY) names the field.
absl::Status NormaliseReply(const v1::InvitationContent& content, v1::Reply* reply);

// Of an invitation, by its name.
absl::StatusOr<v1::ReplyCounts> CountReplies(const storage::Reader& reader,
                                             absl::string_view invitation);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_REPLY_CHECK_H_

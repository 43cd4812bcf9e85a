#include "server/broadcast/reply_check.h"

#include <algorithm>
#include <set>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/broadcast/mail/address.h"
#include "server/broadcast/replies.h"

namespace maillage::broadcast {
namespace {

absl::Status Bad(absl::string_view what, absl::string_view mend) {
  return InvalidArgument("BAD_REPLY", what, mend);
}

absl::Status TakeLine(absl::string_view field, size_t most, std::string* text) {
  *text = std::string(absl::StripAsciiWhitespace(*text));
  if (text->size() <= most && IsCleanText(*text, /*lines=*/false)) return absl::OkStatus();
  return Bad(absl::StrCat(field, " is too long, or no plain text of one line"), "Shorten it.");
}

absl::Status TakeDelegate(v1::Delegate* delegate) {
  RETURN_IF_ERROR(TakeLine("the delegate's name", kMaxReplyNameBytes, delegate->mutable_name()));
  if (delegate->name().empty()) {
    return Bad("the delegate has no name", "Say who comes instead.");
  }
  if (absl::StripAsciiWhitespace(delegate->mailbox()).empty()) {
    delegate->clear_mailbox();
    return absl::OkStatus();
  }
  delegate->set_mailbox(NormaliseMailbox(delegate->mailbox()));
  if (!delegate->mailbox().empty()) return absl::OkStatus();
  return Bad("the delegate's mailbox is none", "Write it as name@example.org, or leave it out.");
}

absl::Status TakeNeeds(v1::Reply* reply) {
  std::set<int> needs;
  for (const int need : reply->needs()) {
    if (need == v1::REPLY_NEED_UNSPECIFIED || !v1::ReplyNeed_IsValid(need)) {
      return Bad("a need is of no known kind", "Say it in the note.");
    }
    needs.insert(need);
  }
  reply->clear_needs();
  for (const int need : needs) reply->add_needs(static_cast<v1::ReplyNeed>(need));
  return absl::OkStatus();
}

}  // namespace

absl::Status NormaliseReply(const v1::InvitationContent& content, v1::Reply* reply) {
  if (reply->answer() == v1::REPLY_ANSWER_UNSPECIFIED ||
      !v1::ReplyAnswer_IsValid(reply->answer())) {
    return Bad("the reply says neither yes nor no", "Choose an answer.");
  }
  RETURN_IF_ERROR(TakeLine("the name", kMaxReplyNameBytes, reply->mutable_display_name()));
  if (reply->answer() == v1::REPLY_ANSWER_NO) {
    reply->clear_seats();
    reply->clear_needs();
    reply->clear_note();
  } else {
    RETURN_IF_ERROR(TakeLine("the note", kMaxReplyNoteBytes, reply->mutable_note()));
    RETURN_IF_ERROR(TakeNeeds(reply));
    reply->set_seats(std::max(reply->seats(), uint32_t{1}));
    const uint32_t most =
        content.capacity() > 0 ? std::min(kMaxReplySeats, content.capacity()) : kMaxReplySeats;
    if (reply->seats() > most) {
      return Bad(absl::StrCat("a reply is for at most ", most, " persons"),
                 "Write to the organisers about a larger group.");
    }
  }
  // A partner does not say who it is.
  if (reply->answer() == v1::REPLY_ANSWER_DELEGATE &&
      reply->channel() != v1::REPLY_CHANNEL_PARTNER) {
    return TakeDelegate(reply->mutable_delegate());
  }
  reply->clear_delegate();
  return absl::OkStatus();
}

absl::StatusOr<v1::ReplyCounts> CountReplies(const storage::Reader& reader,
                                             absl::string_view invitation) {
  v1::ReplyCounts counts;
  RETURN_IF_ERROR(reader.ScanPrefix(
      storage::Family::kObjects, absl::StrCat(invitation, "/replies/"),
      [&counts](absl::string_view, absl::string_view row) {
        v1::Reply reply;
        if (!reply.ParseFromString(std::string(row))) return true;
        counts.set_yes(counts.yes() + (reply.answer() == v1::REPLY_ANSWER_YES ? 1 : 0));
        counts.set_no(counts.no() + (reply.answer() == v1::REPLY_ANSWER_NO ? 1 : 0));
        counts.set_delegates(counts.delegates() +
                             (reply.answer() == v1::REPLY_ANSWER_DELEGATE ? 1 : 0));
        const bool waits = reply.standing() == v1::REPLY_STANDING_WAITING ||
                           reply.standing() == v1::REPLY_STANDING_ASKED;
        counts.set_waiting(counts.waiting() + (waits ? reply.seats() : 0));
        counts.set_seats(counts.seats() + (waits ? 0 : reply.seats()));
        return true;
      }));
  return counts;
}

}  // namespace maillage::broadcast

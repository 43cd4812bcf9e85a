// Replies that come to a node which carries a partner's invitation: its issuer is told of
// them, without a name or an address, and says whether there are seats.
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/cascade/carrying.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

// At one call, so that others have their turn.
constexpr size_t kRepliesAtOnce = 200;

}  // namespace

absl::Status Carrying::TellReplies(const KeptCascade& kept) const {
  std::vector<std::pair<std::string, std::string>> untold;
  RETURN_IF_ERROR(parts_.replies->ForEachUntold(
      kept.invitation, [&untold](const std::string& id, const std::string& row) {
        untold.emplace_back(id, row);
        return untold.size() < kRepliesAtOnce;
      }));
  for (const auto& [id, row] : untold) RETURN_IF_ERROR(TellReply(kept, id, row));
  return absl::OkStatus();
}

absl::Status Carrying::TellReply(const KeptCascade& kept, const std::string& id,
                                 const std::string& row) const {
  storage::Transaction transaction;
  Replies::AddTold(kept.invitation, id, row, &transaction);
  ASSIGN_OR_RETURN(const std::optional<v1::Reply> reply, parts_.replies->Get(kept.invitation, id));
  if (reply.has_value() && parts_.partners->Get(kept.issuer()) != nullptr) {
    ASSIGN_OR_RETURN(const std::string mailbox, parts_.replies->MailboxOf(id, *reply));
    // Of somebody whose address nobody knows the reply itself stands for the person.
    const CascadeTag tag = TagOf(kept.terms.key(), mailbox.empty() ? id : mailbox);
    v1::StoredCascadeReply stored;
    stored.set_reply(id);
    transaction.writes.Put(Family::kObjects, kept.ReplyName(tag.bytes()),
                           stored.SerializeAsString());
    v1::CascadeMessage message;
    v1::CascadeReply& said = *message.mutable_reply();
    said.set_tag(std::string(tag.bytes()));
    said.set_answer(reply->answer());
    said.set_seats(reply->seats());
    *said.mutable_needs() = reply->needs();
    said.set_category(reply->category());
    *said.mutable_update_time() = reply->update_time();
    RETURN_IF_ERROR(parts_.Send(kept, kept.issuer(), std::move(message), &transaction));
  }
  return parts_.writer->Commit(std::move(transaction));
}

absl::Status Carrying::TakeStanding(const KeptCascade& kept, const v1::CascadeStanding& standing,
                                    storage::Transaction* transaction) const {
  const bool good = standing.tag().size() == CascadeTag::kSize &&
                    standing.seats() <= kMaxReplySeats &&
                    (standing.standing() == v1::REPLY_STANDING_SEATED ||
                     standing.standing() == v1::REPLY_STANDING_WAITING);
  if (!good) return Useless("the standing is of no use");
  ASSIGN_OR_RETURN(const auto row,
                   parts_.database->latest().Get(Family::kObjects, kept.ReplyName(standing.tag())));
  v1::StoredCascadeReply stored;
  if (!row.has_value() || !stored.ParseFromString(*row)) {
    return Useless("the standing is of nobody who replied here");
  }
  return parts_.replies->AddStanding(kept.invitation, stored.reply(), standing, transaction);
}

}  // namespace maillage::broadcast

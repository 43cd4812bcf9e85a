// Replies that come to partners: the issuer counts each person once, and gives seats.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/cascade/issuing.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

// More persons than an event has room for; what is beyond is set aside.
constexpr uint32_t kMaxReplies = 200'000;

bool IsReply(const v1::CascadeReply& said) {
  return said.tag().size() == CascadeTag::kSize && v1::ReplyAnswer_IsValid(said.answer()) &&
         said.answer() != v1::REPLY_ANSWER_UNSPECIFIED && said.seats() <= kMaxReplySeats &&
         said.needs_size() <= v1::ReplyNeed_ARRAYSIZE &&
         v1::AudienceCategory_IsValid(said.category());
}

v1::Reply ReplyOf(const v1::CascadeReply& said) {
  v1::Reply reply;
  reply.set_answer(said.answer());
  reply.set_seats(said.seats());
  *reply.mutable_needs() = said.needs();
  reply.set_category(said.category());
  reply.set_channel(v1::REPLY_CHANNEL_PARTNER);
  return reply;
}

}  // namespace

absl::Status Issuing::ReceiveReply(const NodeId& from, const v1::CascadeReply& said,
                                   KeptCascade kept, storage::Transaction* transaction) const {
  if (!IsReply(said)) return Useless("the reply is of no use");
  const std::string name = kept.ReplyName(said.tag());
  ASSIGN_OR_RETURN(const auto row, parts_.database->latest().Get(Family::kObjects, name));
  v1::StoredCascadeReply stored;
  if (!row.has_value()) {
    if (kept.stored.replies() >= kMaxReplies) {
      return InvalidArgument("TOO_MANY", "there are too many replies");
    }
    kept.stored.set_replies(kept.stored.replies() + 1);
  } else if (!stored.ParseFromString(*row)) {
    return DataLoss("BAD_ROW", absl::StrCat(name, " cannot be read"), "restore from a backup");
  }
  transaction->preconditions.push_back({Family::kObjects, name, row});
  stored.set_node(std::string(from.bytes()));
  *stored.mutable_said() = said;
  stored.set_fresh(true);
  transaction->writes.Put(Family::kObjects, name, stored.SerializeAsString());
  kept.stored.set_replied(true);
  kept.Write("", "", transaction);
  return absl::OkStatus();
}

// By which reply each person counts who is known here, or replied here.
absl::StatusOr<absl::flat_hash_map<std::string, std::string>> Issuing::ReplyIds(
    const KeptCascade& kept) const {
  absl::flat_hash_map<std::string, std::string> ids;
  ASSIGN_OR_RETURN(const std::vector<v1::Reply> replies, parts_.replies->List(kept.invitation));
  const size_t prefix = kept.invitation.size() + sizeof("/replies/") - 1;
  for (const v1::Reply& reply : replies) {
    if (reply.mailbox().empty()) continue;
    ids[TagOf(kept.terms.key(), reply.mailbox()).bytes()] = reply.name().substr(prefix);
  }
  for (const std::shared_ptr<Job>& job : parts_.invitations->JobsOf(kept.invitation)) {
    RETURN_IF_ERROR(
        ForEachTagged(kept, *job, [&](const CascadeTag& tag, const Recipient& recipient) {
          ids.emplace(tag.bytes(), ReplyIdOf(job->id(), recipient.row));
        }));
  }
  return ids;
}

absl::StatusOr<std::vector<v1::StoredCascadeReply>> Issuing::ReadReplies(
    const KeptCascade& kept) const {
  std::vector<v1::StoredCascadeReply> all;
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(
      Family::kObjects, kept.PartsPrefix(kReplies),
      [&all](absl::string_view, absl::string_view row) {
        v1::StoredCascadeReply stored;
        if (stored.ParseFromArray(row.data(), static_cast<int>(row.size()))) {
          all.push_back(std::move(stored));
        }
        return true;
      }));
  return all;
}

absl::Status Issuing::TakeReplies(KeptCascade kept, const KeptInvitation& invitation) {
  ASSIGN_OR_RETURN(const auto ids, ReplyIds(kept));
  ASSIGN_OR_RETURN(std::vector<v1::StoredCascadeReply> all, ReadReplies(kept));
  for (v1::StoredCascadeReply& stored : all) {
    if (!stored.fresh()) continue;
    const std::string& tag = stored.said().tag();
    const auto id = ids.find(tag);
    if (stored.reply().empty()) {
      stored.set_reply(id != ids.end() ? id->second : HexEncode(tag));
    }
    const auto put = parts_.replies->Put(invitation, stored.reply(), ReplyOf(stored.said()),
                                         absl::StrCat("partners/", ToText(NodeId(stored.node()))));
    // Whoever asks for more seats than are free keeps the former ones, and hears of it; what
    // is malformed never counts.
    const bool settled = put.ok() || absl::IsFailedPrecondition(put.status()) ||
                         absl::IsInvalidArgument(put.status());
    if (!settled) return put.status();
    RETURN_IF_ERROR(StoreTaken(kept, std::move(stored)));
  }
  kept.stored.set_replied(false);
  kept.stored.clear_seats();  // so that all hear of their seats
  storage::Transaction transaction;
  kept.Write("", "", &transaction);
  return parts_.writer->Commit(std::move(transaction));
}

// Unless it changed meanwhile: then it is taken at the next call.
absl::Status Issuing::StoreTaken(const KeptCascade& kept, v1::StoredCascadeReply stored) {
  stored.set_fresh(false);
  stored.clear_told();  // the partner asks anew at each change
  storage::Transaction transaction;
  const std::string name = kept.ReplyName(stored.said().tag());
  ASSIGN_OR_RETURN(const auto row, parts_.database->latest().Get(Family::kObjects, name));
  v1::StoredCascadeReply now;
  if (!row.has_value() || !now.ParseFromString(*row)) return absl::OkStatus();
  if (now.said().SerializeAsString() != stored.said().SerializeAsString()) {
    return absl::OkStatus();
  }
  transaction.preconditions.push_back({Family::kObjects, name, row});
  transaction.writes.Put(Family::kObjects, name, stored.SerializeAsString());
  return parts_.writer->Commit(std::move(transaction));
}

absl::Status Issuing::TellStandings(KeptCascade kept, const KeptInvitation& invitation) {
  if (invitation.content.capacity() == 0) return absl::OkStatus();
  ASSIGN_OR_RETURN(const auto seats,
                   parts_.database->latest().Get(Family::kObjects, SeatsName(kept.invitation)));
  if (!seats.has_value() || *seats == kept.stored.seats()) return absl::OkStatus();
  ASSIGN_OR_RETURN(const std::vector<v1::StoredCascadeReply> all, ReadReplies(kept));
  for (const v1::StoredCascadeReply& stored : all) {
    if (stored.reply().empty() || stored.fresh()) continue;
    RETURN_IF_ERROR(TellStanding(kept, stored));
  }
  kept.stored.set_seats(*seats);
  storage::Transaction transaction;
  kept.Write("", "", &transaction);
  return parts_.writer->Commit(std::move(transaction));
}

absl::Status Issuing::TellStanding(const KeptCascade& kept, v1::StoredCascadeReply stored) {
  ASSIGN_OR_RETURN(const auto reply, parts_.replies->Get(kept.invitation, stored.reply()));
  if (!reply.has_value() || reply->answer() == v1::REPLY_ANSWER_NO) return absl::OkStatus();
  v1::CascadeStanding standing;
  standing.set_tag(stored.said().tag());
  standing.set_standing(reply->standing());
  standing.set_seats(reply->seats());
  if (standing.SerializeAsString() == stored.told().SerializeAsString()) return absl::OkStatus();
  storage::Transaction transaction;
  const std::string name = kept.ReplyName(stored.said().tag());
  transaction.preconditions.push_back({Family::kObjects, name, stored.SerializeAsString()});
  *stored.mutable_told() = standing;
  transaction.writes.Put(Family::kObjects, name, stored.SerializeAsString());
  v1::CascadeMessage message;
  *message.mutable_standing() = std::move(standing);
  RETURN_IF_ERROR(
      parts_.SendIfPartner(kept, NodeId(stored.node()), std::move(message), &transaction));
  return parts_.writer->Commit(std::move(transaction));
}

}  // namespace maillage::broadcast

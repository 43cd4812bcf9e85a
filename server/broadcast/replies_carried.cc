// Replies to invitations of partners that this node carries: their issuer counts them.
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/broadcast/replies.h"
#include "server/broadcast/reply_rows.h"

namespace maillage::broadcast {

using storage::Family;

void Replies::AddUntold(Change* change) const {
  change->transaction.writes.Put(Family::kObjects, UntoldName(change->invitation, change->id),
                                 std::string(NewRecordId(parts_.clock->Now()).bytes()));
}

void Replies::AskIssuer(Change* change) {
  v1::Reply& reply = change->reply;
  if (reply.answer() == v1::REPLY_ANSWER_NO) return;
  const bool fewer =
      change->was(v1::REPLY_STANDING_SEATED) && reply.seats() <= change->before->seats();
  reply.set_standing(fewer ? v1::REPLY_STANDING_SEATED : v1::REPLY_STANDING_ASKED);
}

absl::Status Replies::ForEachUntold(
    const std::string& invitation,
    absl::FunctionRef<bool(const std::string& id, const std::string& row)> visit) const {
  const std::string prefix = UntoldName(invitation, "");
  return parts_.database->latest().ScanPrefix(
      Family::kObjects, prefix, [&](absl::string_view name, absl::string_view row) {
        return visit(std::string(name.substr(prefix.size())), std::string(row));
      });
}

void Replies::AddTold(const std::string& invitation, const std::string& id, const std::string& row,
                      storage::Transaction* transaction) {
  const std::string name = UntoldName(invitation, id);
  transaction->preconditions.push_back({Family::kObjects, name, row});
  transaction->writes.Delete(Family::kObjects, name);
}

absl::StatusOr<std::string> Replies::MailboxOf(const std::string& id,
                                               const v1::Reply& reply) const {
  const size_t hyphen = id.find('-');
  if (hyphen == std::string::npos) return reply.mailbox();
  uint32_t number = 0;
  RecordId job_id;
  if (!RecordId::FromBytes(absl::HexStringToBytes(id.substr(0, hyphen)), &job_id) ||
      !absl::SimpleAtoi(id.substr(hyphen + 1), &number)) {
    return std::string();
  }
  const std::shared_ptr<Job> job = parts_.invitations->JobWithId(job_id);
  if (job == nullptr) return std::string();
  ASSIGN_OR_RETURN(const auto recipient, job->FindRecipient(number));
  return recipient.has_value() ? recipient->mailbox() : std::string();
}

absl::Status Replies::AddStanding(const std::string& invitation, const std::string& id,
                                  const v1::CascadeStanding& standing,
                                  storage::Transaction* transaction) const {
  ASSIGN_OR_RETURN(std::optional<v1::Reply> reply, Get(invitation, id));
  const std::string untold = UntoldName(invitation, id);
  ASSIGN_OR_RETURN(const auto changed, parts_.database->latest().Get(Family::kObjects, untold));
  if (!reply.has_value() || changed.has_value() || reply->answer() == v1::REPLY_ANSWER_NO) {
    return absl::OkStatus();
  }
  transaction->preconditions.push_back(
      {Family::kObjects, reply->name(), reply->SerializeAsString()});
  transaction->preconditions.push_back({Family::kObjects, untold, std::nullopt});
  reply->set_standing(standing.standing());
  reply->set_seats(standing.seats());
  transaction->writes.Put(Family::kObjects, reply->name(), reply->SerializeAsString());
  return absl::OkStatus();
}

}  // namespace maillage::broadcast

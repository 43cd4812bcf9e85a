#include "server/broadcast/replies.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "maillage/v1/stored_reply.pb.h"
#include "server/broadcast/content.h"
#include "server/broadcast/links.h"
#include "server/broadcast/mail/address.h"
#include "server/broadcast/reply_check.h"
#include "server/broadcast/reply_rows.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

std::string WaitingPrefix(absl::string_view invitation) {
  return absl::StrCat(invitation, "/waiting/");
}

std::string WaitingName(absl::string_view invitation, uint64_t number) {
  return absl::StrCat(WaitingPrefix(invitation), absl::StrFormat("%010d", number));
}

absl::Status BadRow(absl::string_view name) {
  return DataLoss("BAD_ROW", absl::StrCat(name, " cannot be read"), "restore from a backup");
}

absl::Status Closed() {
  return FailedPrecondition("REPLIES_CLOSED", "the time to reply is over",
                            "Write to the organisers.");
}

absl::Status NoSeats(uint64_t free) {
  return FailedPrecondition("NO_SEATS",
                            absl::StrCat("only ", free, " more seats are free; nothing changed"),
                            "Ask for fewer seats.");
}

void SetTime(absl::Time time, google::protobuf::Timestamp* timestamp) {
  timestamp->set_seconds(absl::ToUnixSeconds(time));
  timestamp->set_nanos(static_cast<int32_t>((time - absl::FromUnixSeconds(timestamp->seconds())) /
                                            absl::Nanoseconds(1)));
}

bool WantsSeats(const v1::Reply& reply) { return reply.answer() != v1::REPLY_ANSWER_NO; }

// Seated, waiting, others; then by time.
auto ListOrder(const v1::Reply& reply) {
  const int standing = reply.standing() == v1::REPLY_STANDING_UNSPECIFIED ? 3 : reply.standing();
  return std::make_tuple(standing, reply.wait_number(), reply.create_time().seconds(),
                         reply.create_time().nanos(), reply.name());
}

}  // namespace

std::string ReplyIdOf(const RecordId& job, const v1::StoredRecipient& row) {
  const LinkSubject subject = LinkSubjectOf(job, row);
  return ReplyIdOf(subject.job, subject.number);
}

std::string ReplyIdOf(const RecordId& job, uint32_t number) {
  return absl::StrCat(HexEncode(job.bytes()), "-", number);
}

std::string ReplyIdOf(const RecipientKey& outsider) { return HexEncode(outsider.bytes()); }

std::string SeatsName(absl::string_view invitation) { return absl::StrCat(invitation, "/seats"); }

absl::StatusOr<std::optional<v1::Reply>> Replies::Get(absl::string_view invitation,
                                                      absl::string_view id) const {
  const std::string name = ReplyName(invitation, id);
  ASSIGN_OR_RETURN(const auto row, parts_.database->latest().Get(Family::kObjects, name));
  if (!row.has_value()) return std::nullopt;
  v1::Reply reply;
  if (!reply.ParseFromString(*row)) return BadRow(name);
  return reply;
}

absl::Status Replies::ReadSeats(Change* change) const {
  const std::string name = SeatsName(change->invitation);
  ASSIGN_OR_RETURN(auto row, parts_.database->latest().Get(Family::kObjects, name));
  if (row.has_value() && !change->seats.ParseFromString(*row)) return BadRow(name);
  change->Expect(name, std::move(row));
  return absl::OkStatus();
}

absl::Status Replies::ReadRow(Change* change) const {
  ASSIGN_OR_RETURN(change->before, Get(change->invitation, change->id));
  std::optional<std::string> row;
  if (change->before.has_value()) row = change->before->SerializeAsString();
  change->Expect(ReplyName(change->invitation, change->id), std::move(row));
  return absl::OkStatus();
}

absl::StatusOr<v1::Reply> Replies::Put(const KeptInvitation& invitation, const std::string& id,
                                       v1::Reply reply, absl::string_view who) {
  const absl::Time now = parts_.clock->Now();
  const bool over = invitation.content.cancelled() || now >= RepliesUntil(invitation.content);
  // Whoever replied at a partner did so in time there.
  const bool may_be_late =
      reply.channel() == v1::REPLY_CHANNEL_OFFICER || reply.channel() == v1::REPLY_CHANNEL_PARTNER;
  if (over && !may_be_late) return Closed();
  RETURN_IF_ERROR(NormaliseReply(invitation.content, &reply));
  const MutexLock lock(&mutex_);
  Change change{invitation.name, id, invitation.content.capacity(), {}, std::move(reply), {}, {}};
  RETURN_IF_ERROR(ReadRow(&change));
  RETURN_IF_ERROR(ReadSeats(&change));
  v1::Reply& after = change.reply;
  after.clear_standing();
  after.set_name(ReplyName(change.invitation, id));
  after.set_sequence(invitation.content.sequence());
  SetTime(now, after.mutable_update_time());
  *after.mutable_create_time() =
      change.before.has_value() ? change.before->create_time() : after.update_time();
  const bool carried = invitation.issuer != parts_.self;
  if (carried) AddUntold(&change);
  if (carried && change.capacity > 0) {
    AskIssuer(&change);
  } else {
    RETURN_IF_ERROR(TakePlace(&change));
    RETURN_IF_ERROR(MoveUp(&change));
  }
  change.Store(after);
  change.transaction.writes.Put(Family::kObjects, SeatsName(change.invitation),
                                change.seats.SerializeAsString());
  change.transaction.who = std::string(who);
  change.transaction.what = absl::StrCat("reply ", after.name());
  RETURN_IF_ERROR(parts_.writer->Commit(std::move(change.transaction)));
  return after;
}

// Gives back what the former reply had, and decides where the new one stands
// before the row moves up.
absl::Status Replies::TakePlace(Change* change) const {
  v1::Reply& reply = change->reply;
  reply.set_standing(v1::REPLY_STANDING_UNSPECIFIED);
  reply.clear_wait_number();
  const bool seated = change->was(v1::REPLY_STANDING_SEATED);
  const bool waited = change->was(v1::REPLY_STANDING_WAITING);
  const uint32_t had = seated ? change->before->seats() : 0;
  change->seats.set_taken(change->seats.taken() - had);
  if (waited && !WantsSeats(reply)) {
    change->transaction.writes.Delete(
        Family::kObjects, WaitingName(change->invitation, change->before->wait_number()));
  }
  if (!WantsSeats(reply)) return absl::OkStatus();
  if (change->capacity == 0 || (seated && reply.seats() <= had)) {
    reply.set_standing(v1::REPLY_STANDING_SEATED);
    change->seats.set_taken(change->seats.taken() + reply.seats());
    if (waited) {  // the limit was lifted meanwhile
      change->transaction.writes.Delete(
          Family::kObjects, WaitingName(change->invitation, change->before->wait_number()));
    }
    return absl::OkStatus();
  }
  reply.set_standing(v1::REPLY_STANDING_WAITING);
  reply.set_wait_number(waited ? change->before->wait_number()
                               : change->seats.last_wait_number() + 1);
  change->seats.set_last_wait_number(
      std::max(change->seats.last_wait_number(), reply.wait_number()));
  change->transaction.writes.Put(Family::kObjects,
                                 WaitingName(change->invitation, reply.wait_number()), change->id);
  return absl::OkStatus();
}

// Seats those who wait, in their order, up to the first who does not fit.
absl::Status Replies::MoveUp(Change* change) const {
  std::map<uint64_t, std::string> row;
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(
      Family::kObjects, WaitingPrefix(change->invitation),
      [&](absl::string_view name, absl::string_view id) {
        uint64_t number = 0;
        const bool known =
            absl::SimpleAtoi(name.substr(WaitingPrefix(change->invitation).size()), &number);
        if (known && id != change->id) row.emplace(number, std::string(id));
        return true;
      }));
  if (change->reply.standing() == v1::REPLY_STANDING_WAITING) {
    row.emplace(change->reply.wait_number(), change->id);
  }
  for (const auto& [number, id] : row) {
    const uint64_t limit = change->capacity == 0 ? UINT32_MAX : change->capacity;
    const uint64_t free = limit - std::min(limit, change->seats.taken());
    bool fits = false;
    RETURN_IF_ERROR(SeatWaiting(id, static_cast<uint32_t>(free), change, &fits));
    if (!fits) break;
    change->transaction.writes.Delete(Family::kObjects, WaitingName(change->invitation, number));
  }
  // Whoever had seats and wants more gets them at once or keeps the former ones.
  const bool refused = change->was(v1::REPLY_STANDING_SEATED) &&
                       change->reply.standing() == v1::REPLY_STANDING_WAITING;
  if (!refused) return absl::OkStatus();
  const uint64_t taken = change->seats.taken() + change->before->seats();
  return NoSeats(change->capacity - std::min<uint64_t>(change->capacity, taken));
}

absl::Status Replies::SeatWaiting(const std::string& id, uint32_t free, Change* change,
                                  bool* fits) const {
  v1::Reply stored;
  v1::Reply* reply = &change->reply;
  if (id != change->id) {
    ASSIGN_OR_RETURN(const auto other, Get(change->invitation, id));
    if (!other.has_value()) return BadRow(ReplyName(change->invitation, id));
    stored = *other;
    reply = &stored;
  }
  *fits = reply->seats() <= free;
  if (!*fits) return absl::OkStatus();
  if (reply == &stored) change->Expect(stored.name(), stored.SerializeAsString());
  reply->set_standing(v1::REPLY_STANDING_SEATED);
  reply->clear_wait_number();
  change->seats.set_taken(change->seats.taken() + reply->seats());
  if (reply == &stored) change->Store(stored);
  return absl::OkStatus();
}

absl::StatusOr<std::string> Replies::IdFor(const KeptInvitation& invitation,
                                           const v1::AddReplyRequest& request) const {
  if (request.number() > 0) {
    if (const std::shared_ptr<Job> job = parts_.invitations->JobOf(invitation)) {
      ASSIGN_OR_RETURN(const auto recipient, job->FindRecipient(request.number()));
      if (recipient.has_value()) return ReplyIdOf(job->id(), *recipient);
    }
    return InvalidArgument("NO_SUCH_RECIPIENT",
                           absl::StrCat("no recipient has the number ", request.number()),
                           "see the number in the mail or letter, or give the mailbox");
  }
  if (request.mailbox().empty()) {
    if (!request.reply().display_name().empty()) {
      return HexEncode(NewRecordId(parts_.clock->Now()).bytes());
    }
    return InvalidArgument("BAD_REPLY", "it is not said whose reply it is",
                           "give the number, the mailbox or the name");
  }
  return IdForMailbox(invitation, request.mailbox());
}

absl::StatusOr<std::string> Replies::IdForMailbox(const KeptInvitation& invitation,
                                                  absl::string_view mailbox) const {
  const std::string normal = NormaliseMailbox(mailbox);
  if (normal.empty()) {
    return InvalidArgument("BAD_MAILBOX", absl::StrCat("this is no mailbox: ", mailbox),
                           "write it as contact@example.org");
  }
  const RecipientKey key = KeyOf(normal);
  if (const std::shared_ptr<Job> job = parts_.invitations->JobOf(invitation)) {
    ASSIGN_OR_RETURN(const auto recipient, job->FindRecipient(key));
    if (recipient.has_value()) return ReplyIdOf(job->id(), *recipient);
  }
  return ReplyIdOf(key);
}

absl::StatusOr<v1::Reply> Replies::Add(const v1::AddReplyRequest& request, absl::string_view who) {
  ASSIGN_OR_RETURN(const KeptInvitation invitation, parts_.invitations->Find(request.invitation()));
  ASSIGN_OR_RETURN(const std::string id, IdFor(invitation, request));
  v1::Reply reply = request.reply();
  reply.set_channel(v1::REPLY_CHANNEL_OFFICER);
  reply.set_mailbox(NormaliseMailbox(request.mailbox()));
  reply.clear_category();
  return Put(invitation, id, std::move(reply), who);
}

absl::StatusOr<std::vector<v1::Reply>> Replies::List(absl::string_view invitation) const {
  ASSIGN_OR_RETURN(const KeptInvitation kept, parts_.invitations->Find(invitation));
  std::vector<v1::Reply> list;
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(
      Family::kObjects, ReplyName(kept.name, ""),
      [&list](absl::string_view, absl::string_view row) {
        return list.emplace_back().ParseFromString(std::string(row));
      }));
  RETURN_IF_ERROR(AddRecipients(kept, &list));
  std::sort(list.begin(), list.end(),
            [](const v1::Reply& a, const v1::Reply& b) { return ListOrder(a) < ListOrder(b); });
  return list;
}

absl::Status Replies::AddRecipients(const KeptInvitation& invitation,
                                    std::vector<v1::Reply>* list) const {
  const std::shared_ptr<Job> job = parts_.invitations->JobOf(invitation);
  if (job == nullptr) return absl::OkStatus();
  absl::flat_hash_map<std::string, v1::Reply*> by_name;
  for (v1::Reply& reply : *list) by_name[reply.name()] = &reply;
  return job->ForEachRecipient([&](const v1::StoredRecipient& row) {
    const auto it = by_name.find(ReplyName(invitation.name, ReplyIdOf(job->id(), row)));
    if (it == by_name.end()) return true;
    v1::Reply& reply = *it->second;
    if (reply.display_name().empty()) reply.set_display_name(row.display_name());
    reply.set_mailbox(row.mailbox());
    reply.set_category(row.category());
    return true;
  });
}

}  // namespace maillage::broadcast

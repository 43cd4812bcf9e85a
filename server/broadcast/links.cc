#include "server/broadcast/links.h"

#include <algorithm>

#include "server/broadcast/content.h"

namespace maillage::broadcast {
namespace {

constexpr int kReplyDays = 30;
constexpr int kObjectionDays = 730;

absl::CivilDay LastDay(const v1::InvitationContent& content) {
  return absl::ToCivilDay(std::max(EventEnd(content), RepliesUntil(content)), absl::UTCTimeZone());
}

}  // namespace

absl::CivilDay LastReplyDay(const v1::InvitationContent& content) {
  return LastDay(content) + kReplyDays;
}

absl::CivilDay LastObjectionDay(const v1::InvitationContent& content) {
  return LastDay(content) + kObjectionDays;
}

void AddTokens(const PublicPages& pages, const v1::InvitationContent& content, const RecordId& job,
               Person* person) {
  if (pages.base_url.empty()) return;
  person->reply_token =
      pages.tokens->Make(TokenPurpose::kReply, {job, person->number, LastReplyDay(content)});
  person->objection_token =
      pages.tokens->Make(TokenPurpose::kObject, {job, person->number, LastObjectionDay(content)});
}

}  // namespace maillage::broadcast

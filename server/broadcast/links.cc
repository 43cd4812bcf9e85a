#include "server/broadcast/links.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
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

LinkSubject LinkSubjectOf(const RecordId& job, const v1::StoredRecipient& row) {
  if (row.first_job().empty()) return {job, row.number()};
  return {RecordId(row.first_job()), row.first_number()};
}

void AddTokens(const PublicPages& pages, const v1::InvitationContent& content,
               const LinkSubject& subject, Person* person) {
  if (pages.base_url.empty()) return;
  person->reply_token = pages.tokens->Make(TokenPurpose::kReply,
                                           {subject.job, subject.number, LastReplyDay(content)});
  person->objection_token = pages.tokens->Make(
      TokenPurpose::kObject, {subject.job, subject.number, LastObjectionDay(content)});
}

std::string LetterReplyPage(const PublicPages& pages, const v1::InvitationContent& content,
                            const RecordId& letters, uint32_t number) {
  if (pages.base_url.empty()) return "";
  return absl::StrCat(pages.base_url, "/r/", content.reference(), "/",
                      pages.tokens->MakeLetterCode({letters, number, LastReplyDay(content)}));
}

std::string ReturnPath(absl::string_view mailbox, const MailTokens& tokens,
                       const v1::InvitationContent& content, TokenSubject subject) {
  subject.expiry = LastObjectionDay(content);
  const size_t at = mailbox.find('@');
  return absl::StrCat(mailbox.substr(0, at), "+", tokens.Make(TokenPurpose::kReturnPath, subject),
                      mailbox.substr(at));
}

}  // namespace maillage::broadcast

// What the links of a broadcast say: whose pages they lead to, and how long they
// hold.
#ifndef SERVER_BROADCAST_LINKS_H_
#define SERVER_BROADCAST_LINKS_H_

#include <string>

#include "absl/time/civil_time.h"
#include "client/base/ids.h"
#include "maillage/v1/invitation.pb.h"
#include "maillage/v1/stored_broadcast.pb.h"
#include "server/broadcast/mail/letter.h"
#include "server/broadcast/tokens.h"

namespace maillage::broadcast {

// A node's public pages.
struct PublicPages {
  std::string base_url;                // empty: it has none
  const MailTokens* tokens = nullptr;  // outlives all; set where base_url is
};

// The last days on which links of mails and letters hold. A reply can be looked
// at for a month after the event; an objection can be made for two years.
absl::CivilDay LastReplyDay(const v1::InvitationContent& content);
absl::CivilDay LastObjectionDay(const v1::InvitationContent& content);

// By which broadcast a person is known to links: the first that invited it, so
// that links in mails of later revisions mean the same.
struct LinkSubject {
  RecordId job;
  uint32_t number = 0;
};
LinkSubject LinkSubjectOf(const RecordId& job, const v1::StoredRecipient& row);

// Gives a person its tokens; none where there are no pages.
void AddTokens(const PublicPages& pages, const v1::InvitationContent& content,
               const LinkSubject& subject, Person* person);

// Where the holder of a letter replies: by the invitation's reference and the code
// on the letter. Empty where there are no pages.
std::string LetterReplyPage(const PublicPages& pages, const v1::InvitationContent& content,
                            const RecordId& letters, uint32_t number);

// A mailbox's local part is at most this long, so that a token fits behind it.
inline constexpr size_t kMaxReturnLocalPart = 7;
// LOCAL+TOKEN@DOMAIN of a mailbox, for one recipient; `subject.expiry` is set here.
std::string ReturnPath(absl::string_view mailbox, const MailTokens& tokens,
                       const v1::InvitationContent& content, TokenSubject subject);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_LINKS_H_

// The node's public pages: an invitation, the reply to it, an objection, and the
// registration of those to whom it was passed on. Server-rendered HTML in French
// and English, without scripts. GET and HEAD change nothing: whoever follows a
// link in a mail, be it a scanner, has not answered.
#ifndef SERVER_WEB_SITE_H_
#define SERVER_WEB_SITE_H_

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "server/broadcast/invitations.h"
#include "server/broadcast/letters/letter_batches.h"
#include "server/broadcast/replies.h"
#include "server/broadcast/tokens.h"
#include "server/directory/objections.h"
#include "server/web/rate_limit.h"
#include "server/web/web_server.h"

namespace maillage::web {

// Thread safe.
class Site {
 public:
  // All outlive it.
  struct Parts {
    NodeId self;
    std::string institution;  // in the pages' heads
    std::string base_url;     // for links in mails
    broadcast::Invitations* invitations;
    broadcast::Replies* replies;
    const broadcast::LetterBatches* letters;
    const broadcast::MailTokens* tokens;
    directory::Objections* objections;
    const Clock* clock;
  };
  explicit Site(Parts parts);

  //   /i/NODE/REF    the invitation; POST: asks for a registration
  //   /r/TOKEN       the reply of who has the token; POST: answers
  //   /r/REF/CODE    the same by the code of a letter
  //   /o/TOKEN       objections; POST: objects, takes back; one click of RFC 8058
  //   /c/SEALED      confirms a registration, by POST
  //   /style.css
  void AddTo(Routes* routes);

 private:
  struct Guest;  // who holds a token, and to what

  Page Invitation(const Request& request);
  Page Reply(const Request& request);
  Page Objection(const Request& request);
  Page Confirm(const Request& request);

  absl::StatusOr<Guest> GuestOf(broadcast::TokenPurpose purpose, absl::string_view token) const;
  absl::StatusOr<Guest> GuestOfLetter(absl::string_view reference, absl::string_view code) const;
  absl::Status SaveReply(const Request& request, const Guest& guest);
  Page ReplyPage(const Request& request, const Guest& guest, const absl::Status& refused) const;
  Page ObjectionPage(const Request& request, const Guest& guest, const absl::Status& refused) const;
  absl::Status Object(const Request& request, const Guest& guest);
  Page Register(const Request& request, const broadcast::KeptInvitation& kept);
  Page InvitationPage(const Request& request, const broadcast::KeptInvitation& kept,
                      const absl::Status& refused) const;
  absl::StatusOr<v1::AddReplyRequest> OpenRegistration(absl::string_view sealed) const;
  absl::StatusOr<v1::Reply> TakeRegistration(const broadcast::KeptInvitation& kept,
                                             const v1::AddReplyRequest& asked);
  Page ConfirmPage(const Request& request, const broadcast::KeptInvitation& kept,
                   const v1::AddReplyRequest& asked);
  absl::Status AskToConfirm(const Request& request, const broadcast::KeptInvitation& kept);
  // Wraps a handler: whoever asks too often is told so.
  Handler Limited(Page (Site::*handler)(const Request&));

  const Parts parts_;
  RateLimit reads_;          // by address
  RateLimit posts_;          // by address
  RateLimit pages_;          // forms by the page of a token
  RateLimit registrations_;  // by address that asks
  RateLimit mailboxes_;      // by mailbox that is written to
};

}  // namespace maillage::web

#endif  // SERVER_WEB_SITE_H_

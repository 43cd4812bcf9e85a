// The invitation as an iCalendar object (RFC 5545, RFC 5546).
#ifndef SERVER_BROADCAST_MAIL_CALENDAR_H_
#define SERVER_BROADCAST_MAIL_CALENDAR_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "maillage/v1/invitation.pb.h"

namespace maillage::broadcast {

struct CalendarOptions {
  // REQUEST in a mail, where one is asked, CANCEL in that of a recall; PUBLISH for
  // whoever downloads it.
  const char* method = "PUBLISH";
  // When this revision was made; the same for all copies.
  absl::Time stamp;
  std::string page = {};  // address of the public page; may be empty
  // Lines of the one person who is asked, from AttendeeLines, or what stands for
  // them; may be empty.
  std::string attendee = {};
};

// Lines end with "\n" and are folded; `content` passed CheckContent. The time
// zone comes with its rules, worked out from the system's.
std::string CalendarText(const v1::InvitationContent& content, const CalendarOptions& options);

// The folded ATTENDEE property. `rsvp`: the mail program is to answer.
std::string AttendeeLines(absl::string_view display_name, absl::string_view mailbox, bool rsvp);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_CALENDAR_H_

// The mail around a letter: built once for a broadcast, filled for each person.
#ifndef SERVER_BROADCAST_MAIL_MIME_H_
#define SERVER_BROADCAST_MAIL_MIME_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "maillage/v1/invitation.pb.h"
#include "server/broadcast/mail/letter.h"

namespace maillage::broadcast {

// Whose mail it is.
struct Sender {
  std::string mailbox;       // From and envelope; passes IsMailbox
  std::string display_name;  // the institution
};

// Reads "Ville <invitations@ville.example.org>" or the mailbox alone, which is
// then called `default_name`. INVALID_ARGUMENT (BAD_SENDER).
absl::StatusOr<Sender> ParseSender(absl::string_view from, absl::string_view default_name);

// Text, HTML and calendar in quoted-printable, with the places of the slots known.
// Immutable; thread safe.
class MailTemplate {
 public:
  struct Options {
    // Names the broadcast in Message-IDs: letters, digits and hyphens.
    std::string job;
    absl::Time stamp;  // of the calendar: when the broadcast was made
    LetterOptions letter = {};
  };
  // `content` passed CheckContent. INVALID_ARGUMENT (BAD_SENDER) where the
  // sender's mailbox is none.
  static absl::StatusOr<MailTemplate> Build(const v1::InvitationContent& content,
                                            const Sender& sender, const Options& options);

  // The whole mail, with CRLF line ends. The same person gets the same
  // Message-ID on every try.
  std::string Render(const Person& person, absl::Time date) const;

  // <job.number@domain>
  std::string MessageId(uint32_t number) const;

 private:
  struct Piece {
    std::string bytes;  // as they leave
    char slot = 0;      // filled after the bytes; 0: none
    bool html = false;  // how the slot's value is written
  };

  MailTemplate() = default;
  void Split(const std::string& mail);
  std::string ListUnsubscribe(const Person& person) const;

  std::string job_;
  std::string domain_;
  std::string unsubscribe_;  // mailto URI, without the number
  std::string base_url_;
  std::vector<Piece> pieces_;
  size_t bytes_ = 0;
};

// A short mail of plain words, such as one that asks to confirm something.
struct Note {
  std::string mailbox;  // passes IsMailbox
  std::string subject;  // one line
  std::string text;     // line ends "\n"
};
// The whole mail, with CRLF line ends. `id` names it in its Message-ID: letters,
// digits and hyphens. INVALID_ARGUMENT (BAD_SENDER).
absl::StatusOr<std::string> NoteMail(const Note& note, const Sender& sender, absl::string_view id,
                                     absl::Time date);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_MIME_H_

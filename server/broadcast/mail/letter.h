// The letter that an invitation becomes: words and layout, without MIME.
#ifndef SERVER_BROADCAST_MAIL_LETTER_H_
#define SERVER_BROADCAST_MAIL_LETTER_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/actor.pb.h"
#include "maillage/v1/invitation.pb.h"

namespace maillage::broadcast {

// Places in a letter that differ from person to person. In a rendered letter
// each stands as the byte 01, one character, the byte 02: neither byte occurs
// in checked text.
enum class Slot : char {
  kSalutation = 'S',
  kSource = 'O',
  kNumber = 'N',
  kReply = 'R',     // token of the reply page
  kObject = 'U',    // token of the page for objections
  kAttendee = 'A',  // lines of the calendar
};

struct Letter {
  std::string subject;
  std::string html;  // with slots; values go in HTML-escaped
  std::string text;  // with slots, line ends "\n"; values go in as they are
};

struct LetterOptions {
  // A test says so in its subject and at its top.
  bool test = false;
  // Where the node's public pages are; empty: replies and objections go by mail.
  std::string base_url = {};
};

// Writes the letter of a content that passed CheckContent. INTERNAL
// (BAD_TEMPLATE) is a mistake here.
absl::StatusOr<Letter> WriteLetter(const v1::InvitationContent& content,
                                   const LetterOptions& options);

// Addresses of public pages below a base_url; {token} is a token or its slot.
std::string ReplyPage(absl::string_view base_url, absl::string_view token);
std::string ObjectionPage(absl::string_view base_url, absl::string_view token);
// The page to pass on: it names nobody.
std::string PublicPage(absl::string_view base_url, const v1::InvitationContent& content);

// Whom a copy is for.
struct Person {
  uint32_t number = 0;       // in the broadcast, from 1
  std::string mailbox;       // passes IsMailbox
  std::string display_name;  // for the To line
  std::string salutation;    // "Madame Anaïs Lefèvre-d'Hulst,"
  std::string source;        // where the data came from, a sentence
  // Tokens of this person's pages; empty where the node has none.
  std::string reply_token = {};
  std::string objection_token = {};
};

// "Madame Anaïs Lefèvre-d'Hulst,"; "Madame, Monsieur," where the civility or
// the name is not known.
std::string SalutationFor(const v1::Actor& actor);
// "Anaïs Lefèvre-d'Hulst" or the organisation's name.
std::string DisplayNameFor(const v1::Actor& actor);
// RGPD art. 14: in whose directory the person stands, and where that has it
// from. `directory` is the name of the institution.
std::string SourceFor(const v1::Actor& actor, const std::string& directory);

// Fills the slots of a letter, for reading on a screen.
std::string FillText(const std::string& text, const Person& person);
std::string FillHtml(const std::string& html, const Person& person);

// The value of a slot, ready to stand in its part.
std::string TextValue(Slot slot, const Person& person);
std::string HtmlValue(Slot slot, const Person& person);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_MAIL_LETTER_H_

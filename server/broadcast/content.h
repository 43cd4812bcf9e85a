// What every InvitationContent must fulfil, whether it was read from a file
// here or came from a partner.
#ifndef SERVER_BROADCAST_CONTENT_H_
#define SERVER_BROADCAST_CONTENT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "maillage/v1/invitation.pb.h"

namespace maillage::broadcast {

// Limits; lengths in bytes.
inline constexpr size_t kMaxBodyBytes = 100'000;
inline constexpr size_t kMaxLineBytes = 500;
inline constexpr int kMaxOrganisers = 10;

// What is wrong with a field, and what mends it.
struct FieldProblem {
  std::string field;  // as in a file: "venue.name", "organisers[2].post"
  std::string what;
  std::string mend;
};

// The first problem, or nothing. The audience filter is the directory's to
// check.
std::optional<FieldProblem> CheckContent(const v1::InvitationContent& content);

// Sentences worth a look before the letter leaves: a date in the past,
// not_after after the end, a weekday that contradicts its date. `content` has
// passed CheckContent.
std::vector<std::string> ContentWarnings(const v1::InvitationContent& content, absl::Time now);

// SHA-256 of the serialised content: what is signed, compared by phone, and
// named by cosignatures.
std::string ContentHash(absl::string_view serialised_content);

// The subject and the body of the letter, CommonMark: a revision says above all
// what changed, a recall that the event does not take place, and why.
std::string LetterSubject(const v1::InvitationContent& content);
std::string LetterBody(const v1::InvitationContent& content);

// nodes/{node}/invitations/{reference}
std::string InvitationName(const NodeId& issuer, absl::string_view reference);

// The instants of a checked content.
absl::Time EventStart(const v1::InvitationContent& content);
absl::Time EventEnd(const v1::InvitationContent& content);
absl::Time NotAfter(const v1::InvitationContent& content);

// Until when replies are taken: the end of the last day to reply, else the start
// of the event; where mails may leave after the event, as long as they may.
absl::Time RepliesUntil(const v1::InvitationContent& content);

// Finds a zone of the system's by a name such as Europe/Paris; false, and UTC,
// where there is none. The library behind opens any path that it is given, and
// keeps every name for good: partners choose these.
bool LoadZone(const std::string& name, absl::TimeZone* zone);

// Whether the text is UTF-8 without control characters; with `lines`, line
// ends and tabs are taken too.
bool IsCleanText(absl::string_view text, bool lines);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CONTENT_H_

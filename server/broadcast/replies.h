// Replies to invitations: who comes, who waits for a seat.
//
//   {invitation}/replies/{id}      Reply
//   {invitation}/seats             StoredSeats
//   {invitation}/waiting/{number}  id of the reply that waits there; number as
//                                  10 digits
//   {invitation}/untold/{id}       a number that differs with each change: the issuer
//                                  of a carried invitation is to be told of it
//
// All in the family objects. Whoever wants seats takes a place in the row of
// those who wait; then the row moves up as far as the next one fits, so that
// nobody overtakes. One transaction does it all.
#ifndef SERVER_BROADCAST_REPLIES_H_
#define SERVER_BROADCAST_REPLIES_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/cascade.pb.h"
#include "maillage/v1/reply.pb.h"
#include "maillage/v1/reply_service.pb.h"
#include "server/broadcast/invitations.h"
#include "server/broadcast/ledger/ledger.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::broadcast {

inline constexpr uint32_t kMaxReplySeats = 10;
inline constexpr size_t kMaxReplyNameBytes = 200;
inline constexpr size_t kMaxReplyNoteBytes = 300;

// The id of a recipient's reply, and of one by somebody outside the ledger. One
// person has one id, whatever the revision, so that a person counts once.
std::string ReplyIdOf(const RecordId& job, uint32_t number);
std::string ReplyIdOf(const RecordId& job, const v1::StoredRecipient& row);
std::string ReplyIdOf(const RecipientKey& outsider);

// The row of the seats of an invitation.
std::string SeatsName(absl::string_view invitation);

// Thread safe.
class Replies {
 public:
  // All outlive it.
  struct Parts {
    storage::Database* database;
    storage::Writer* writer;
    const Clock* clock;
    const Invitations* invitations;
    NodeId self;
  };
  explicit Replies(Parts parts) : parts_(parts) {}

  // Nothing where there is none.
  absl::StatusOr<std::optional<v1::Reply>> Get(absl::string_view invitation,
                                               absl::string_view id) const;

  // Stores a reply in the place of the former one. Answer, seats, delegate,
  // needs, note and channel are taken from it; display_name, mailbox and category
  // of those outside the ledger. INVALID_ARGUMENT (BAD_REPLY); FAILED_PRECONDITION
  // (NO_SEATS) where somebody with seats asks for more than are free, and keeps
  // the former ones; (REPLIES_CLOSED) after the deadline, but not for an officer.
  absl::StatusOr<v1::Reply> Put(const KeptInvitation& invitation, const std::string& id,
                                v1::Reply reply, absl::string_view who);

  // Of a recipient, or of somebody outside the ledger. INVALID_ARGUMENT
  // (BAD_MAILBOX).
  absl::StatusOr<std::string> IdForMailbox(const KeptInvitation& invitation,
                                           absl::string_view mailbox) const;
  // What an officer was told. INVALID_ARGUMENT (NO_SUCH_RECIPIENT, BAD_MAILBOX);
  // as Put.
  absl::StatusOr<v1::Reply> Add(const v1::AddReplyRequest& request, absl::string_view who);
  // The rest is for invitations of partners that this node carries (replies_carried.cc):
  // their issuer counts all replies, and knows how many seats are free.

  // Visits those of which the issuer is to be told, with what stands in their row of it,
  // until `visit` returns false.
  absl::Status ForEachUntold(
      const std::string& invitation,
      absl::FunctionRef<bool(const std::string& id, const std::string& row)> visit) const;
  // Adds that it is told, unless the reply changed since.
  static void AddTold(const std::string& invitation, const std::string& id, const std::string& row,
                      storage::Transaction* transaction);
  // Of the person; empty where none is known.
  absl::StatusOr<std::string> MailboxOf(const std::string& id, const v1::Reply& reply) const;
  // Adds the issuer's word on the seats. A reply that changed since waits for another.
  absl::Status AddStanding(const std::string& invitation, const std::string& id,
                           const v1::CascadeStanding& standing,
                           storage::Transaction* transaction) const;

  // With names and mailboxes from the ledger: those with seats, those who wait,
  // the others; in each by time.
  absl::StatusOr<std::vector<v1::Reply>> List(absl::string_view invitation) const;

 private:
  struct Change;  // of the rows of one invitation
  absl::StatusOr<std::string> IdFor(const KeptInvitation& invitation,
                                    const v1::AddReplyRequest& request) const;
  absl::Status AddRecipients(const KeptInvitation& invitation, std::vector<v1::Reply>* list) const;
  void AddUntold(Change* change) const;
  // In the place of TakePlace() and MoveUp(): the issuer knows how many seats are free.
  static void AskIssuer(Change* change);
  absl::Status ReadSeats(Change* change) const;
  absl::Status ReadRow(Change* change) const;
  absl::Status TakePlace(Change* change) const;
  absl::Status MoveUp(Change* change) const;
  absl::Status SeatWaiting(const std::string& id, uint32_t free, Change* change, bool* fits) const;

  const Parts parts_;
  Mutex mutex_;  // one change at a time
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_REPLIES_H_

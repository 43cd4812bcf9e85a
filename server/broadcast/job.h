// A broadcast: delivers one invitation from this node, once to each address.
//
// Its row in `objects` and its ledger outlive the process. What a crash leaves
// in DOT becomes UNCERTAIN when the job is opened; a job that was sending then
// stands interrupted, shown as PAUSED, and goes on by Start.
#ifndef SERVER_BROADCAST_JOB_H_
#define SERVER_BROADCAST_JOB_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/mutex.h"
#include "maillage/v1/invitation_service.pb.h"
#include "maillage/v1/stored_broadcast.pb.h"
#include "server/broadcast/audience.h"
#include "server/broadcast/delivery_run.h"
#include "server/broadcast/ledger/ledger.h"
#include "server/broadcast/ledger/outbox.h"
#include "server/broadcast/links.h"
#include "server/broadcast/mail/mime.h"
#include "server/broadcast/mail/smtp_sender.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::broadcast {

// What all jobs of a node share.
struct JobOptions {
  Sender sender;
  SmtpOptions smtp;
  PublicPages pages;
  // Mailbox to which mails come back, each at an address of its own (returns.h);
  // empty: the sender's. pages.tokens is set with it.
  std::string return_path;
  // First delay after a refusal for now.
  absl::Duration first_backoff = absl::Minutes(1);
  // How long mails under way may take to end when a job pauses, and when the
  // node stops.
  absl::Duration pause_patience = absl::Seconds(30);
  absl::Duration stop_patience = absl::Seconds(3);
};

// Visits whom a broadcast is for, numbered from 1, until `visit` returns false;
// returns why others are left out.
using Recipients = std::function<absl::StatusOr<std::vector<v1::ExclusionCount>>(
    absl::FunctionRef<bool(Recipient)> visit)>;

// Thread safe. One object a row.
class Job {
 public:
  struct Parts {
    storage::Database* database;
    storage::Writer* writer;
    const Clock* clock;
    JobOptions options;
    // Whom it is for: asked when the job freezes.
    Recipients recipients;
    v1::InvitationContent content;
    std::string name;  // of the row: {invitation}/broadcasts/{sequence}
  };

  // Writes the row of a new job, which stands SENDING but does not run yet; of a
  // cascade it stands WAITING. `row` has the content, and the cascade.
  // ABORTED (CHANGED_MEANWHILE) where `invitation` no longer holds.
  static absl::StatusOr<std::unique_ptr<Job>> Create(Parts parts, v1::StoredJob row,
                                                     storage::Precondition invitation,
                                                     absl::string_view who);
  // Opens a stored job. What stood in DOT is UNCERTAIN from now on.
  static absl::StatusOr<std::unique_ptr<Job>> Open(Parts parts, const v1::StoredJob& row);
  // Ends within about `stop_patience`; the row stays as it is.
  ~Job();

  // Starts or goes on; harmless while it runs and when it is done.
  // FAILED_PRECONDITION (NOT_AFTER_PASSED, REPLACED, NO_GRANT).
  absl::Status Start(absl::string_view who);
  // The database may be one of the past: whoever was still to be sent to becomes
  // UNCERTAIN, for an officer to decide. Returns when no mail is under way.
  absl::Status Recover();
  // Mails under way end, no others leave. Returns at once; harmless when
  // repeated. progress().running() tells when all is quiet.
  absl::Status Pause(absl::string_view who);

  // A newer revision took its place: what is under way ends, and it never goes on.
  absl::Status Replace(absl::string_view who);

  // The rest is for a cascade (job_grants.cc), and waits for what is under way.

  // Freezes the audience without sending, where it is not. UNAVAILABLE
  // (BROADCAST_RUNS) while the job freezes by itself.
  absl::Status Prepare();
  // Moves those of whom `is_granted` is true from withheld to PENDING, or to
  // UNCERTAIN where they may have been mailed before; then starts, unless it was
  // replaced. FAILED_PRECONDITION (BROADCAST_RUNS) while mails leave.
  absl::Status Grant(absl::FunctionRef<bool(const Recipient&)> is_granted, bool in_doubt,
                     absl::string_view who);
  // Stops for good: whoever was still to be sent to is SUPPRESSED.
  absl::Status GiveUp(absl::string_view who);
  // Visits all recipients in the order of their keys, until `visit` returns false.
  absl::Status ForEach(absl::FunctionRef<bool(const Recipient&)> visit) const;

  v1::BroadcastProgress progress() const;
  // Waits until nothing is under way, or for the timeout; returns whether nothing
  // is.
  bool WaitForRest(absl::Duration timeout) const;

  v1::StoredJob row() const;
  LedgerCounts counts() const;

  const RecordId& id() const { return ledger_.job(); }
  // Of the revision that it delivers.
  uint32_t sequence() const { return parts_.content.sequence(); }
  // By the number in the broadcast, once it is frozen, or the address.
  absl::StatusOr<std::optional<v1::StoredRecipient>> FindRecipient(uint32_t number) const;
  absl::StatusOr<std::optional<v1::StoredRecipient>> FindRecipient(const RecipientKey& key) const;
  // Until `visit` returns false.
  absl::Status ForEachRecipient(absl::FunctionRef<bool(const v1::StoredRecipient&)> visit) const;
  // The mail to a recipient came back: SENT or UNCERTAIN becomes BOUNCED. Harmless
  // when repeated. NOT_FOUND (NO_SUCH_RECIPIENT); FAILED_PRECONDITION
  // (ILLEGAL_MOVE) where it has not left, or its leaving is not written down yet.
  absl::Status Returned(uint32_t number, absl::string_view detail);
  // The recipients in UNCERTAIN, by number.
  absl::StatusOr<std::vector<Recipient>> Uncertain() const;
  // Decides on all of them; with RESEND a job that was done starts again.
  // FAILED_PRECONDITION (BROADCAST_RUNS) while mails leave.
  absl::Status Resolve(v1::ResolveUncertainRequest::Decision decision, absl::string_view who);

 private:
  Job(Parts parts, v1::StoredJob row, LedgerCounts counts);

  absl::Status StartLocked(absl::string_view who) ABSL_EXCLUSIVE_LOCKS_REQUIRED(control_mutex_);
  // Lets each recipient be changed, and stores what `change` adds to the batch.
  absl::Status ChangeAll(absl::FunctionRef<absl::Status(Recipient*, storage::Batch*)> change);
  // Moves every recipient for which `event` is legal in its present state.
  absl::Status MoveAll(Delivery state, DeliveryEvent event, absl::string_view what,
                       absl::string_view who);
  // Who has a number; nothing before the audience is frozen.
  absl::StatusOr<std::optional<RecipientKey>> KeyOfNumber(uint32_t number) const;
  // Changes the row and stores it. An empty verb is not audited.
  absl::Status UpdateRow(absl::FunctionRef<void(v1::StoredJob*)> change, absl::string_view verb,
                         absl::string_view who,
                         std::vector<storage::Precondition> preconditions = {});
  // On the job's thread.
  void Work();
  absl::StatusOr<DeliveryRun::End> FreezeAndDeliver();
  std::string EnvelopeFrom(uint32_t number) const;
  absl::Status Freeze();
  absl::Status Rest(const absl::StatusOr<DeliveryRun::End>& end);

  const Parts parts_;
  const Ledger ledger_;
  std::atomic<bool> stop_ = false;  // of the present work

  // In the order in which they are taken.
  Mutex control_mutex_;  // Start, Resolve
  Mutex row_mutex_;      // from changing the row to storing it
  mutable Mutex mutex_;
  mutable CondVar rested_;
  mutable Mutex numbers_mutex_;  // taken last
  // Of all recipients, from the first use on: 20 bytes each.
  mutable absl::flat_hash_map<uint32_t, RecipientKey> numbers_ ABSL_GUARDED_BY(numbers_mutex_);
  std::thread thread_ ABSL_GUARDED_BY(control_mutex_);
  v1::StoredJob row_ ABSL_GUARDED_BY(mutex_);
  LedgerCounts counts_ ABSL_GUARDED_BY(mutex_);  // while there is no outbox
  std::shared_ptr<Outbox> outbox_ ABSL_GUARDED_BY(mutex_);
  DeliveryRun* run_ ABSL_GUARDED_BY(mutex_) = nullptr;
  std::string rest_error_ ABSL_GUARDED_BY(mutex_);
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_JOB_H_

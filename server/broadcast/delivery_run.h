// One run of a broadcast: mails leave until none is left, or until it is told
// to stop. Ties the outbox, the mail server and the database's writer together.
#ifndef SERVER_BROADCAST_DELIVERY_RUN_H_
#define SERVER_BROADCAST_DELIVERY_RUN_H_

#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/mutex.h"
#include "server/broadcast/ledger/outbox.h"
#include "server/broadcast/mail/smtp_sender.h"
#include "server/storage/writer.h"

namespace maillage::broadcast {

// Run is called once; Stop and Requeue from any thread.
class DeliveryRun {
 public:
  struct Parts {
    Outbox* outbox;
    storage::Writer* writer;
    const Clock* clock;
    SmtpOptions smtp;
    absl::Time not_after;
  };
  explicit DeliveryRun(Parts parts) : parts_(std::move(parts)) {}

  enum class End {
    kExhausted,  // every recipient stands in a final state or in UNCERTAIN
    kStopped,    // Stop was called
    kTooLate,    // not_after passed
  };
  // Blocks until the end; then no mail is under way and every result that came
  // is durable. An error is the database's, or BAD_SMTP_URL.
  absl::StatusOr<End> Run();

  // No further mails leave; those under way get `patience` to end. The smallest
  // patience given counts.
  void Stop(absl::Duration patience);

 private:
  absl::StatusOr<End> Loop();
  absl::Status Tick();
  bool WaitForWork();
  absl::Duration Patience();
  void SubmitDots(const std::vector<uint64_t>& ids);
  void SubmitResults();
  void NoteResultsTaken();
  void Submit(storage::Batch batch, std::vector<uint64_t> release);
  absl::Status AwaitCommits();
  absl::Status CommitStatus();

  const Parts parts_;
  // From taking a batch to submitting it: results never fall behind the dots
  // they ride with. Taken before mutex_.
  Mutex submit_mutex_;
  Mutex mutex_;
  CondVar wake_;       // the run's thread
  CondVar committed_;  // who waits for commits
  bool stop_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Duration patience_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteDuration();
  // When the first of the results came that nothing took along yet.
  absl::Time results_since_ ABSL_GUARDED_BY(mutex_) = absl::InfiniteFuture();
  int commits_under_way_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Status commit_status_ ABSL_GUARDED_BY(mutex_);
  // Stands from before the first callback until all commits are done.
  std::unique_ptr<SmtpSender> sender_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_DELIVERY_RUN_H_

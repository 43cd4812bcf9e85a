#include "server/broadcast/delivery_run.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "client/base/status_macros.h"

namespace maillage::broadcast {
namespace {

// Results of connections that went idle are written down after this.
constexpr absl::Duration kFlushAfter = absl::Milliseconds(5);
// How often the run looks for what has become due.
constexpr absl::Duration kTick = absl::Milliseconds(200);

}  // namespace

absl::StatusOr<DeliveryRun::End> DeliveryRun::Run() {
  SmtpCallbacks callbacks;
  callbacks.next = [this](OutgoingMail* mail) { return parts_.outbox->Next(mail); };
  callbacks.dot_wanted = [this](const std::vector<uint64_t>& ids) { SubmitDots(ids); };
  callbacks.done = [this](const std::vector<MailResult>& results) {
    parts_.outbox->Done(results);
    MutexLock lock(&mutex_);
    if (results_since_ != absl::InfiniteFuture()) return;
    results_since_ = absl::Now();
    wake_.SignalAll();
  };
  {
    // The first callbacks may come before Start returns: they wait for sender_.
    MutexLock lock(&submit_mutex_);
    ASSIGN_OR_RETURN(sender_, SmtpSender::Start(parts_.smtp, std::move(callbacks)));
  }
  absl::StatusOr<End> end = Loop();
  // After an error ends may be waiting for a commit that never comes.
  sender_->Stop(end.ok() ? Patience() : absl::ZeroDuration());
  SubmitResults();
  absl::Status committed = AwaitCommits();
  if (end.ok() && !committed.ok()) return committed;
  return end;
}

absl::StatusOr<DeliveryRun::End> DeliveryRun::Loop() {
  for (;;) {
    if (WaitForWork()) return End::kStopped;
    SubmitResults();
    RETURN_IF_ERROR(Tick());
    if (parts_.outbox->Exhausted() && !parts_.outbox->HasResults()) return End::kExhausted;
    if (parts_.clock->Now() > parts_.not_after) return End::kTooLate;
  }
}

// Returns true when the run is to stop. While mails leave one after another the
// results ride with their dots: flushing them as well would cost a commit each time.
bool DeliveryRun::WaitForWork() {
  MutexLock lock(&mutex_);
  const absl::Time tick = absl::Now() + kTick;
  while (!stop_) {
    const absl::Duration wait = std::min(tick, results_since_ + kFlushAfter) - absl::Now();
    if (wait <= absl::ZeroDuration()) break;
    wake_.WaitFor(&mutex_, std::min(wait, kTick));
  }
  return stop_;
}

absl::Status DeliveryRun::Tick() {
  RETURN_IF_ERROR(CommitStatus());
  RETURN_IF_ERROR(parts_.outbox->status());
  storage::Transaction transaction;
  std::vector<Recipient> due;
  RETURN_IF_ERROR(parts_.outbox->PromoteDue(&transaction.writes, &due));
  if (!due.empty()) {
    RETURN_IF_ERROR(parts_.writer->Commit(std::move(transaction)));
    parts_.outbox->Queue(std::move(due));
  }
  sender_->Wake();
  return absl::OkStatus();
}

void DeliveryRun::Stop(absl::Duration patience) {
  MutexLock lock(&mutex_);
  stop_ = true;
  patience_ = std::min(patience_, patience);
  wake_.SignalAll();
}

absl::Duration DeliveryRun::Patience() {
  MutexLock lock(&mutex_);
  // A run that ends by itself waits for what is under way, but not for ever.
  return std::min(patience_, absl::Minutes(1));
}

void DeliveryRun::SubmitDots(const std::vector<uint64_t>& ids) {
  MutexLock lock(&submit_mutex_);
  storage::Batch batch;
  NoteResultsTaken();
  if (absl::Status status = parts_.outbox->Dot(ids, &batch); !status.ok()) {
    MutexLock state(&mutex_);
    commit_status_.Update(status);
    return;
  }
  Submit(std::move(batch), ids);
}

void DeliveryRun::SubmitResults() {
  MutexLock lock(&submit_mutex_);
  NoteResultsTaken();
  storage::Batch batch = parts_.outbox->TakeResults();
  if (!batch.empty()) Submit(std::move(batch), {});
}

// Before they are taken: one that comes in between is flushed once too often.
void DeliveryRun::NoteResultsTaken() {
  MutexLock lock(&mutex_);
  results_since_ = absl::InfiniteFuture();
}

void DeliveryRun::Submit(storage::Batch batch, std::vector<uint64_t> release) {
  {
    MutexLock lock(&mutex_);
    ++commits_under_way_;
  }
  storage::Transaction transaction;
  transaction.writes = std::move(batch);
  parts_.writer->Submit(std::move(transaction),
                        [this, release = std::move(release)](absl::Status status) {
                          // What is not durable must not leave: it stays paused.
                          if (status.ok() && !release.empty()) sender_->Release(release);
                          MutexLock lock(&mutex_);
                          commit_status_.Update(status);
                          --commits_under_way_;
                          committed_.SignalAll();
                        });
}

absl::Status DeliveryRun::AwaitCommits() {
  MutexLock lock(&mutex_);
  while (commits_under_way_ > 0) committed_.Wait(&mutex_);
  return commit_status_;
}

absl::Status DeliveryRun::CommitStatus() {
  MutexLock lock(&mutex_);
  return commit_status_;
}

}  // namespace maillage::broadcast

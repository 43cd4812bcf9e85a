#include "server/broadcast/job.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/chunks.h"
#include "server/broadcast/content.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

absl::Status TooLate() {
  return FailedPrecondition("NOT_AFTER_PASSED", "the time after which no mail may leave has passed",
                            "create the invitation again with a later not_after");
}

absl::Status Replaced() {
  return FailedPrecondition("REPLACED", "a newer revision of the invitation took its place",
                            "send that one");
}

absl::Status Waiting() {
  return FailedPrecondition("NO_GRANT", "it is not settled yet who mails whom",
                            "wait for the grants of the issuer");
}

// Nothing leaves for it before it is granted.
void Withhold(Recipient* recipient) {
  if (recipient->state != Delivery::kPending) return;
  recipient->state = Delivery::kSuppressed;
  recipient->row.set_withheld(true);
  recipient->row.set_detail("waits until it is settled who mails whom");
}

void SetTime(absl::Time time, google::protobuf::Timestamp* timestamp) {
  timestamp->set_seconds(absl::ToUnixSeconds(time));
}

}  // namespace

Job::Job(Parts parts, v1::StoredJob row, LedgerCounts counts)
    : parts_(std::move(parts)),
      ledger_(RecordId(row.id())),
      row_(std::move(row)),
      counts_(counts) {}

absl::StatusOr<std::unique_ptr<Job>> Job::Create(Parts parts, v1::StoredJob row,
                                                 storage::Precondition invitation,
                                                 absl::string_view who) {
  row.set_id(std::string(NewRecordId(parts.clock->Now()).bytes()));
  row.set_state(row.cascade().empty() ? v1::StoredJob::SENDING : v1::StoredJob::WAITING);
  SetTime(parts.clock->Now(), row.mutable_create_time());
  std::unique_ptr<Job> job(new Job(std::move(parts), row, {}));
  RETURN_IF_ERROR(job->UpdateRow([](v1::StoredJob*) {}, "send", who, {std::move(invitation)}));
  return job;
}

absl::StatusOr<std::unique_ptr<Job>> Job::Open(Parts parts, const v1::StoredJob& row) {
  if (row.id().size() != RecordId::kSize) {
    return DataLoss("BAD_ROW", absl::StrCat("broadcast ", parts.name, " cannot be read"),
                    "restore from a backup");
  }
  std::unique_ptr<Job> job(new Job(std::move(parts), row, {}));
  RETURN_IF_ERROR(job->MoveAll(Delivery::kDot, DeliveryEvent::kRestart,
                               "the node stopped before the server's answer was written down", ""));
  if (row.state() == v1::StoredJob::SENDING) {
    MutexLock lock(&job->mutex_);
    job->rest_error_ = "interrupted: the node stopped while it was sending";
  }
  return job;
}

Job::~Job() {
  stop_ = true;
  {
    MutexLock lock(&mutex_);
    if (run_ != nullptr) run_->Stop(parts_.options.stop_patience);
  }
  MutexLock control(&control_mutex_);
  if (thread_.joinable()) thread_.join();
}

absl::Status Job::Start(absl::string_view who) {
  MutexLock control(&control_mutex_);
  return StartLocked(who);
}

absl::Status Job::StartLocked(absl::string_view who) {
  {
    MutexLock lock(&mutex_);
    if (row_.replaced()) return Replaced();
    if (row_.state() == v1::StoredJob::WAITING) return Waiting();
    const bool pausing = row_.state() == v1::StoredJob::PAUSED;
    if (row_.state() == v1::StoredJob::DONE || (running_ && !pausing)) return absl::OkStatus();
  }
  if (parts_.clock->Now() > NotAfter(parts_.content)) return TooLate();
  if (thread_.joinable()) thread_.join();  // pausing, or at rest
  stop_ = false;  // before the row says SENDING: a Pause that follows must not be undone
  RETURN_IF_ERROR(
      UpdateRow([](v1::StoredJob* row) { row->set_state(v1::StoredJob::SENDING); }, "resume", who));
  {
    MutexLock lock(&mutex_);
    running_ = true;
    rest_error_.clear();
  }
  thread_ = std::thread([this] { Work(); });
  return absl::OkStatus();
}

absl::Status Job::Recover() {
  const v1::StoredJob::State state = row().state();
  if (state == v1::StoredJob::DONE || state == v1::StoredJob::WAITING) return absl::OkStatus();
  RETURN_IF_ERROR(Pause("system"));
  MutexLock control(&control_mutex_);
  if (thread_.joinable()) thread_.join();
  stop_ = false;
  // Who they were must be known before they can be named.
  if (!row().frozen()) RETURN_IF_ERROR(Freeze());
  for (const Delivery state : {Delivery::kPending, Delivery::kDeferred}) {
    RETURN_IF_ERROR(MoveAll(state, DeliveryEvent::kRecover,
                            "the node's database was put back: it may have been sent since", ""));
  }
  return absl::OkStatus();
}

absl::Status Job::Pause(absl::string_view who) {
  RETURN_IF_ERROR(UpdateRow(
      [](v1::StoredJob* row) {
        if (row->state() == v1::StoredJob::SENDING) row->set_state(v1::StoredJob::PAUSED);
      },
      "pause", who));
  MutexLock lock(&mutex_);
  if (row_.state() != v1::StoredJob::PAUSED) return absl::OkStatus();
  rest_error_.clear();
  stop_ = true;
  if (run_ != nullptr) run_->Stop(parts_.options.pause_patience);
  return absl::OkStatus();
}

absl::Status Job::UpdateRow(absl::FunctionRef<void(v1::StoredJob*)> change, absl::string_view verb,
                            absl::string_view who,
                            std::vector<storage::Precondition> preconditions) {
  MutexLock row_lock(&row_mutex_);
  v1::StoredJob row = this->row();
  change(&row);
  storage::Transaction transaction;
  transaction.preconditions = std::move(preconditions);
  transaction.writes.Put(Family::kObjects, parts_.name, row.SerializeAsString());
  if (!verb.empty()) {
    transaction.who = std::string(who);
    transaction.what = absl::StrCat(verb, " ", parts_.name);
  }
  RETURN_IF_ERROR(parts_.writer->Commit(std::move(transaction)));
  MutexLock lock(&mutex_);
  row_ = std::move(row);
  return absl::OkStatus();
}

void Job::Work() {
  const absl::StatusOr<DeliveryRun::End> end = FreezeAndDeliver();
  absl::Status rested = Rest(end);
  MutexLock lock(&mutex_);
  if (!rested.ok()) rest_error_ = std::string(rested.message());
  if (outbox_ != nullptr) counts_ = outbox_->counts();
  outbox_ = nullptr;
  running_ = false;
  rested_.SignalAll();
}

absl::StatusOr<DeliveryRun::End> Job::FreezeAndDeliver() {
  if (!row().frozen()) RETURN_IF_ERROR(Freeze());
  if (stop_) return DeliveryRun::End::kStopped;
  MailTemplate::Options mail_options;
  mail_options.job = ToText(ledger_.job());
  mail_options.stamp = absl::FromUnixSeconds(row().create_time().seconds());
  mail_options.letter.base_url = parts_.options.pages.base_url;
  ASSIGN_OR_RETURN(MailTemplate mail, MailTemplate::Build(parts_.content, parts_.options.sender,
                                                          std::move(mail_options)));
  const auto render = [this, &mail](const v1::StoredRecipient& row) {
    Person person{row.number(), row.mailbox(), row.display_name(), row.salutation(), row.source()};
    AddTokens(parts_.options.pages, parts_.content, LinkSubjectOf(ledger_.job(), row), &person);
    return OutgoingMail{0, EnvelopeFrom(row.number()), row.mailbox(),
                        mail.Render(person, parts_.clock->Now())};
  };
  OutboxOptions options;
  options.not_after = NotAfter(parts_.content);
  options.first_backoff = parts_.options.first_backoff;
  options.retry_delay = parts_.options.smtp.retry_delay;
  ASSIGN_OR_RETURN(const LedgerCounts counts, ledger_.Count(parts_.database->latest()));
  const auto outbox = std::make_shared<Outbox>(ledger_.job(), &parts_.database->latest(),
                                               parts_.clock, options, counts, render);
  DeliveryRun run(
      {outbox.get(), parts_.writer, parts_.clock, parts_.options.smtp, options.not_after});
  {
    MutexLock lock(&mutex_);
    outbox_ = outbox;
    run_ = &run;
    if (stop_) run.Stop(parts_.options.stop_patience);
  }
  absl::StatusOr<DeliveryRun::End> end = run.Run();
  MutexLock lock(&mutex_);
  run_ = nullptr;
  return end;
}

std::string Job::EnvelopeFrom(uint32_t number) const {
  if (parts_.options.return_path.empty()) return parts_.options.sender.mailbox;
  return ReturnPath(parts_.options.return_path, *parts_.options.pages.tokens, parts_.content,
                    {ledger_.job(), number, {}});
}

absl::Status Job::Freeze() {
  Chunks chunks(parts_.writer, storage::Priority::kBulk);
  // Rows of a freezing that did not come to its end; nothing was sent to them.
  absl::Status status;
  RETURN_IF_ERROR(ledger_.Scan(parts_.database->latest(), nullptr, [&](const Recipient& old) {
    ledger_.Remove(old, chunks.batch());
    status = chunks.MaybeCommit();
    return status.ok() && !stop_;
  }));
  RETURN_IF_ERROR(status);
  const bool withhold = !row().cascade().empty();
  ASSIGN_OR_RETURN(const auto exclusions, parts_.recipients([&](Recipient recipient) {
    if (withhold) Withhold(&recipient);
    ledger_.Insert(recipient, chunks.batch());
    status = chunks.MaybeCommit();
    return status.ok() && !stop_;
  }));
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(chunks.Commit());
  if (stop_) return absl::OkStatus();
  return UpdateRow(
      [&exclusions](v1::StoredJob* row) {
        row->set_frozen(true);
        for (const v1::ExclusionCount& exclusion : exclusions) {
          *row->add_exclusions() = exclusion;
        }
      },
      "", "");
}

absl::Status Job::Rest(const absl::StatusOr<DeliveryRun::End>& end) {
  RETURN_IF_ERROR(end.status());
  if (*end == DeliveryRun::End::kStopped) return absl::OkStatus();
  const bool done = *end == DeliveryRun::End::kExhausted;
  RETURN_IF_ERROR(UpdateRow(
      [done](v1::StoredJob* row) {
        row->set_state(done ? v1::StoredJob::DONE : v1::StoredJob::PAUSED);
      },
      "", ""));
  return done ? absl::OkStatus() : TooLate();
}

absl::Status Job::MoveAll(Delivery state, DeliveryEvent event, absl::string_view what,
                          absl::string_view who) {
  RETURN_IF_ERROR(ChangeAll([&](Recipient* recipient, storage::Batch* batch) {
    if (recipient->state != state) return absl::OkStatus();
    recipient->row.set_detail(std::string(what));
    return ledger_.Move(event, recipient, batch);
  }));
  return who.empty() ? absl::OkStatus()
                     : UpdateRow([](v1::StoredJob*) {}, "resolve-uncertain", who);
}

absl::Status Job::Resolve(v1::ResolveUncertainRequest::Decision decision, absl::string_view who) {
  MutexLock control(&control_mutex_);
  {
    MutexLock lock(&mutex_);
    if (running_) {
      return FailedPrecondition("BROADCAST_RUNS", "mails are leaving",
                                "pause the invitation, or wait until it is sent");
    }
  }
  if (decision == v1::ResolveUncertainRequest::GIVE_UP) {
    return MoveAll(Delivery::kUncertain, DeliveryEvent::kGiveUp, "perhaps sent; left at that", who);
  }
  RETURN_IF_ERROR(MoveAll(Delivery::kUncertain, DeliveryEvent::kResend, "", who));
  if (row().state() != v1::StoredJob::DONE || counts().In(Delivery::kPending) == 0) {
    return absl::OkStatus();
  }
  RETURN_IF_ERROR(
      UpdateRow([](v1::StoredJob* row) { row->set_state(v1::StoredJob::SENDING); }, "", ""));
  return StartLocked(who);
}

bool Job::WaitForRest(absl::Duration timeout) const {
  const absl::Time end = absl::Now() + timeout;
  MutexLock lock(&mutex_);
  while (running_ && absl::Now() < end) rested_.WaitFor(&mutex_, end - absl::Now());
  return !running_;
}

v1::StoredJob Job::row() const {
  MutexLock lock(&mutex_);
  return row_;
}

LedgerCounts Job::counts() const {
  MutexLock lock(&mutex_);
  return outbox_ != nullptr ? outbox_->counts() : counts_;
}

v1::BroadcastProgress Job::progress() const {
  MutexLock lock(&mutex_);
  const LedgerCounts counts = outbox_ != nullptr ? outbox_->counts() : counts_;
  v1::BroadcastProgress progress;
  progress.set_recipients(counts.total());
  progress.set_pending(counts.In(Delivery::kPending) + counts.In(Delivery::kLeased) +
                       counts.In(Delivery::kDot));
  progress.set_sent(counts.In(Delivery::kSent));
  progress.set_deferred(counts.In(Delivery::kDeferred));
  progress.set_bounced(counts.In(Delivery::kBounced));
  progress.set_uncertain(counts.In(Delivery::kUncertain));
  progress.set_suppressed(counts.In(Delivery::kSuppressed));
  progress.set_rate_per_second(outbox_ != nullptr ? outbox_->rate() : 0);
  progress.set_running(running_);
  progress.set_last_error(outbox_ != nullptr ? outbox_->last_error() : rest_error_);
  const bool sending = row_.state() == v1::StoredJob::SENDING && running_;
  progress.set_state(row_.state() == v1::StoredJob::DONE      ? v1::Invitation::SENT
                     : row_.state() == v1::StoredJob::WAITING ? v1::Invitation::WAITING
                     : sending                                ? v1::Invitation::SENDING
                                                              : v1::Invitation::PAUSED);
  return progress;
}

}  // namespace maillage::broadcast

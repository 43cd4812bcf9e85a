#include "server/broadcast/ledger/outbox.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"

namespace maillage::broadcast {
namespace {

constexpr size_t kRefill = 500;
constexpr size_t kPromote = 500;
constexpr uint32_t kMaxAttempts = 20;
constexpr absl::Duration kMaxBackoff = absl::Hours(4);
// A mail that breaks its connection so often in a row is set aside: it must not
// stop the others.
constexpr int kMaxUnsentTries = 5;
constexpr int64_t kRateSeconds = 5;

}  // namespace

Outbox::Outbox(const RecordId& job, const storage::Reader* latest, const Clock* clock,
               OutboxOptions options, LedgerCounts counts, Render render)
    : ledger_(job),
      latest_(latest),
      clock_(clock),
      options_(options),
      render_(std::move(render)),
      counts_(counts) {}

bool Outbox::Next(OutgoingMail* mail) {
  if (clock_->Now() > options_.not_after) return false;
  v1::StoredRecipient row;
  {
    MutexLock lock(&mutex_);
    Recipient recipient;
    storage::Batch nothing;
    if (!status_.ok() || !TakeNext(&recipient)) return false;
    status_ = Move(DeliveryEvent::kLease, &recipient, &nothing);
    if (!status_.ok()) return false;
    row = recipient.row;
    under_way_[row.number()] = std::move(recipient);
  }
  *mail = render_(row);
  mail->id = row.number();
  return true;
}

bool Outbox::TakeNext(Recipient* recipient) {
  if (!unsent_.empty() && unsent_.front().until <= clock_->Now()) {
    *recipient = std::move(unsent_.front().recipient);
    unsent_.pop_front();
    return true;
  }
  if (queue_.empty()) Refill();
  if (queue_.empty()) return false;
  *recipient = std::move(queue_.front());
  queue_.pop_front();
  return true;
}

void Outbox::Refill() {
  if (pass_over_) return;
  const RecipientKey* after = pass_started_ ? &cursor_ : nullptr;
  RecipientKey last = cursor_;
  bool over = true;  // unless the scan is cut short
  std::deque<Recipient> found;
  const auto* queued = &queued_;
  absl::Status status = ledger_.Scan(*latest_, after, [&](Recipient recipient) {
    last = recipient.key;
    if (recipient.state == Delivery::kPending && !queued->contains(recipient.key)) {
      found.push_back(std::move(recipient));
    }
    over = found.size() < kRefill;
    return over;
  });
  pass_started_ = true;
  pass_over_ = over;
  cursor_ = last;
  queue_ = std::move(found);  // it was empty
  if (pass_over_) queued_.clear();
  if (!status.ok()) status_ = std::move(status);
}

absl::Status Outbox::Move(DeliveryEvent event, Recipient* recipient, storage::Batch* batch) {
  counts_.Add(*recipient, -1);
  absl::Status status = ledger_.Move(event, recipient, batch);
  counts_.Add(*recipient, 1);
  return status;
}

absl::Status Outbox::Dot(const std::vector<uint64_t>& ids, storage::Batch* batch) {
  MutexLock lock(&mutex_);
  *batch = std::exchange(results_, {});
  for (uint64_t id : ids) {
    const auto it = under_way_.find(id);
    if (it != under_way_.end()) RETURN_IF_ERROR(Move(DeliveryEvent::kDot, &it->second, batch));
  }
  return absl::OkStatus();
}

void Outbox::Done(const std::vector<MailResult>& results) {
  MutexLock lock(&mutex_);
  for (const MailResult& result : results) {
    auto node = under_way_.extract(result.id);
    if (node.empty()) continue;
    Recipient recipient = std::move(node.mapped());
    recipient.row.set_detail(result.detail);
    const DeliveryEvent event = EventOf(result, &recipient);
    if (absl::Status status = Move(event, &recipient, &results_); !status.ok()) status_ = status;
    if (event == DeliveryEvent::kAccept) CountAccepted();
    const bool in_the_way = event != DeliveryEvent::kAccept && event != DeliveryEvent::kBounce;
    if (in_the_way) last_error_ = result.detail;
    if (event == DeliveryEvent::kUnsent) {
      unsent_.push_back({std::move(recipient), clock_->Now() + options_.retry_delay});
    }
  }
}

DeliveryEvent Outbox::EventOf(const MailResult& result, Recipient* recipient) {
  switch (result.outcome) {
    case MailOutcome::kAccepted:
      return DeliveryEvent::kAccept;
    case MailOutcome::kBounced:
      return DeliveryEvent::kBounce;
    case MailOutcome::kUncertain:
      return DeliveryEvent::kLose;
    case MailOutcome::kDeferred:
      return Deferred(recipient);
    case MailOutcome::kUnsent:
      return Unsent(recipient);
  }
  return DeliveryEvent::kLose;
}

DeliveryEvent Outbox::Deferred(Recipient* recipient) {
  const uint32_t attempts = recipient->row.attempts() + 1;
  recipient->row.set_attempts(attempts);
  if (attempts >= kMaxAttempts) return DeliveryEvent::kBounce;
  absl::Duration delay = options_.first_backoff;
  for (uint32_t i = 1; i < attempts && delay < kMaxBackoff; ++i) delay *= 4;
  recipient->row.set_due_ms(absl::ToUnixMillis(clock_->Now() + std::min(delay, kMaxBackoff)));
  return DeliveryEvent::kDefer;
}

DeliveryEvent Outbox::Unsent(Recipient* recipient) {
  if (recipient->state == Delivery::kDot) {
    // Written down as about to leave, but it did not: due again at once.
    recipient->row.set_due_ms(absl::ToUnixMillis(clock_->Now()));
    return DeliveryEvent::kDefer;
  }
  // While the server takes no mail at all it is not this one's doing.
  Tries& tries = unsent_tries_[recipient->row.number()];
  const bool others_left = std::exchange(tries.accepted, accepted_total_) != accepted_total_;
  if (others_left) ++tries.count;
  if (tries.count < kMaxUnsentTries) return DeliveryEvent::kUnsent;
  unsent_tries_.erase(recipient->row.number());
  return Deferred(recipient);
}

storage::Batch Outbox::TakeResults() {
  MutexLock lock(&mutex_);
  return std::exchange(results_, {});
}

absl::Status Outbox::PromoteDue(storage::Batch* batch, std::vector<Recipient>* due) {
  ASSIGN_OR_RETURN(*due, ledger_.Due(*latest_, clock_->Now(), kPromote));
  MutexLock lock(&mutex_);
  for (Recipient& recipient : *due) {
    RETURN_IF_ERROR(Move(DeliveryEvent::kDue, &recipient, batch));
    // Before the row changes: the pass must not find it PENDING as well.
    if (!pass_over_) queued_.insert(recipient.key);
  }
  return absl::OkStatus();
}

void Outbox::Queue(std::vector<Recipient> recipients) {
  MutexLock lock(&mutex_);
  for (Recipient& recipient : recipients) queue_.push_back(std::move(recipient));
}

void Outbox::NoteMove(const Recipient& before, const Recipient& after) {
  const MutexLock lock(&mutex_);
  counts_.Add(before, -1);
  counts_.Add(after, 1);
}

bool Outbox::Exhausted() const {
  MutexLock lock(&mutex_);
  return pass_over_ && queue_.empty() && unsent_.empty() && under_way_.empty() &&
         counts_.In(Delivery::kPending) == 0 && counts_.In(Delivery::kDeferred) == 0;
}

bool Outbox::HasResults() const {
  MutexLock lock(&mutex_);
  return !results_.empty();
}

LedgerCounts Outbox::counts() const {
  MutexLock lock(&mutex_);
  return counts_;
}

void Outbox::CountAccepted() {
  last_error_.clear();
  const int64_t second = absl::ToUnixSeconds(clock_->Now());
  if (accepted_.empty() || accepted_.back().second != second) accepted_.push_back({second, 0});
  ++accepted_.back().accepted;
  ++accepted_total_;
  while (accepted_.front().second < second - kRateSeconds) accepted_.pop_front();
}

double Outbox::rate() const {
  MutexLock lock(&mutex_);
  const absl::Time now = clock_->Now();
  int64_t accepted = 0;
  int64_t first = absl::ToUnixSeconds(now);
  for (const Second& second : accepted_) {
    if (second.second < absl::ToUnixSeconds(now) - kRateSeconds) continue;
    first = std::min(first, second.second);
    accepted += second.accepted;
  }
  const double seconds = absl::ToDoubleSeconds(now - absl::FromUnixSeconds(first));
  return static_cast<double>(accepted) / std::max(seconds, 1.0);
}

std::string Outbox::last_error() const {
  MutexLock lock(&mutex_);
  return status_.ok() ? last_error_ : std::string(status_.message());
}

absl::Status Outbox::status() const {
  MutexLock lock(&mutex_);
  return status_;
}

}  // namespace maillage::broadcast

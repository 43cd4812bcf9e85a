// The recipients of a broadcast: who they are, and what came back from them.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/job.h"

namespace maillage::broadcast {

absl::StatusOr<std::optional<RecipientKey>> Job::KeyOfNumber(uint32_t number) const {
  if (!row().frozen()) return std::nullopt;
  const MutexLock lock(&numbers_mutex_);
  if (numbers_.empty()) {
    std::vector<std::pair<uint32_t, RecipientKey>> numbers;
    RETURN_IF_ERROR(ForEach([&numbers](const Recipient& one) {
      // A row that cannot be read has none.
      if (one.row.number() > 0) numbers.emplace_back(one.row.number(), one.key);
      return true;
    }));
    numbers_.insert(numbers.begin(), numbers.end());
  }
  const auto found = numbers_.find(number);
  if (found == numbers_.end()) return std::nullopt;
  return found->second;
}

absl::StatusOr<std::optional<v1::StoredRecipient>> Job::FindRecipient(uint32_t number) const {
  ASSIGN_OR_RETURN(const std::optional<RecipientKey> key, KeyOfNumber(number));
  if (!key.has_value()) return std::nullopt;
  return FindRecipient(*key);
}

absl::StatusOr<std::optional<v1::StoredRecipient>> Job::FindRecipient(
    const RecipientKey& key) const {
  ASSIGN_OR_RETURN(std::optional<Recipient> found, ledger_.Get(parts_.database->latest(), key));
  if (!found.has_value()) return std::nullopt;
  return std::move(found->row);
}

absl::Status Job::ForEachRecipient(
    absl::FunctionRef<bool(const v1::StoredRecipient&)> visit) const {
  return ledger_.Scan(parts_.database->latest(), nullptr,
                      [&visit](const Recipient& recipient) { return visit(recipient.row); });
}

absl::Status Job::Returned(uint32_t number, absl::string_view detail) {
  // Nobody else moves what is SENT or UNCERTAIN, but Resolve.
  const MutexLock control(&control_mutex_);
  ASSIGN_OR_RETURN(const std::optional<RecipientKey> key, KeyOfNumber(number));
  std::optional<Recipient> before;
  if (key.has_value()) {
    ASSIGN_OR_RETURN(before, ledger_.Get(parts_.database->latest(), *key));
  }
  if (!before.has_value()) {
    return NotFound("NO_SUCH_RECIPIENT", absl::StrCat("no recipient has the number ", number));
  }
  if (before->state == Delivery::kBounced) return absl::OkStatus();
  Recipient after = *before;
  after.row.set_detail(std::string(detail));
  storage::Transaction transaction;
  RETURN_IF_ERROR(ledger_.Move(DeliveryEvent::kReturn, &after, &transaction.writes));
  RETURN_IF_ERROR(parts_.writer->Commit(std::move(transaction)));
  const MutexLock lock(&mutex_);
  if (outbox_ != nullptr) {
    outbox_->NoteMove(*before, after);
  } else {
    counts_.Add(*before, -1);
    counts_.Add(after, 1);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Recipient>> Job::Uncertain() const {
  std::vector<Recipient> uncertain;
  RETURN_IF_ERROR(ledger_.Scan(parts_.database->latest(), nullptr, [&](Recipient recipient) {
    if (recipient.state == Delivery::kUncertain) uncertain.push_back(std::move(recipient));
    return true;
  }));
  std::sort(uncertain.begin(), uncertain.end(),
            [](const Recipient& a, const Recipient& b) { return a.row.number() < b.row.number(); });
  return uncertain;
}

}  // namespace maillage::broadcast

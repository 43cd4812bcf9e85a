#include "server/sharing/caretaker.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/collation.h"
#include "server/directory/terms.h"

namespace maillage::sharing {
namespace {

using storage::Family;
using storage::KeyRange;

// At least so often there is a look at what is due.
constexpr absl::Duration kTendInterval = absl::Minutes(1);
constexpr absl::Duration kRetryPause = absl::Seconds(1);
// Purging takes at most one part in so many of the time, but nobody who waits for
// an erasure waits for more than so many pauses.
constexpr int kRestFactor = 20;
constexpr int kMostPauses = 60;
// Families that may hold something of a record.
constexpr Family kAllFamilies[] = {Family::kActors, Family::kLog,      Family::kWhere,
                                   Family::kSorted, Family::kPostings, Family::kOrdinals,
                                   Family::kInbox,  Family::kHistory};

KeyRange PrefixRange(Family family, const std::string& prefix) {
  return {family, prefix, storage::PrefixEnd(prefix)};
}

// Whether the very key of such a posting may tell of one actor.
bool NamesSomebody(directory::Field field, const v1::Actor& actor) {
  switch (field) {
    case directory::Field::kEmail:
    case directory::Field::kImportKey:
    case directory::Field::kName:
    case directory::Field::kSound:
    case directory::Field::kPhone:
    case directory::Field::kIdentifier:
    case directory::Field::kTag:
      return true;
    case directory::Field::kOrganisation:
      return actor.kind() == v1::ACTOR_KIND_ORGANISATION;
    default:
      return false;
  }
}

void AddIndexRanges(const NodeId& self, const storage::RecordChange& change,
                    std::vector<KeyRange>* ranges) {
  for (const auto& [field, text] : directory::TermsOf(self, change.origin, *change.before)) {
    if (!NamesSomebody(field, *change.before) || text == "*") continue;
    ranges->push_back(
        PrefixRange(Family::kPostings, storage::PostingPrefix(static_cast<uint8_t>(field), text)));
  }
  std::string sorted;
  storage::AppendText(&sorted, directory::CollationKey(directory::SortName(*change.before)));
  ranges->push_back(PrefixRange(Family::kSorted, sorted));
}

bool ShowsLess(const storage::RecordChange& change) {
  if (change.before == nullptr || change.before == change.after) return false;
  return change.after == nullptr || change.after->view() < change.before->view();
}

}  // namespace

bool ShowsLess(const storage::Transaction& transaction) {
  return std::any_of(transaction.changes.begin(), transaction.changes.end(),
                     [](const storage::RecordChange& change) { return ShowsLess(change); });
}

std::vector<KeyRange> RemovedRanges(const NodeId& self, const storage::Transaction& transaction) {
  std::vector<KeyRange> ranges;
  for (const storage::RecordChange& change : transaction.changes) {
    if (!ShowsLess(change)) continue;
    AddIndexRanges(self, change, &ranges);
    // Nobody knows any more what former revisions were found by.
    if (change.before->revision() == 1) continue;
    ranges.push_back({Family::kPostings, "", ""});
    ranges.push_back({Family::kSorted, "", ""});
  }
  for (const storage::Batch::Op& op : transaction.writes.ops()) {
    if (op.kind != storage::Batch::Kind::kDelete || op.family == Family::kTree) continue;
    // Former entries of a record stood elsewhere in its log.
    if (op.family == Family::kLog) {
      ranges.push_back(PrefixRange(Family::kLog, op.key.substr(0, NodeId::kSize + ShareId::kSize)));
    } else {
      ranges.push_back({op.family, op.key, op.key + '\0'});
    }
  }
  return ranges;
}

std::vector<KeyRange> AllRanges() {
  std::vector<KeyRange> all;
  for (const Family family : kAllFamilies) all.push_back({family, "", ""});
  return all;
}

void Caretaker::Removed(const std::vector<KeyRange>& ranges, std::vector<DueReceipt> owed) {
  {
    const MutexLock lock(&mutex_);
    for (const KeyRange& range : ranges) removed_.Add(range);
    for (DueReceipt& due : owed) owed_.push_back(std::move(due));
  }
  if (wake_) wake_();
}

bool Caretaker::HasRemoved() const {
  const MutexLock lock(&mutex_);
  return in_round_ || !removed_.empty() || !owed_.empty();
}

absl::Status Caretaker::Load() {
  ASSIGN_OR_RETURN(auto owed, parts_.giver->Owed());
  if (!owed.empty()) Removed(AllRanges(), std::move(owed));
  return absl::OkStatus();
}

void Caretaker::RemovedAnything() { Removed(AllRanges()); }

void Caretaker::BeginRound() {
  if (in_round_) return;
  round_.time = parts_.clock->Now();
  const MutexLock lock(&mutex_);
  // What is owed and what it is owed for are told at once, so both are of this round.
  round_.ranges = removed_.Take();
  round_.owed = std::exchange(owed_, {});
  round_.mark = parts_.database->Mark();
  in_round_ = true;
}

absl::Status Caretaker::Purge() {
  BeginRound();
  parts_.release_snapshots();
  RETURN_IF_ERROR(parts_.database->Purge(round_.ranges, round_.mark));
  for (const DueReceipt& due : round_.owed) RETURN_IF_ERROR(parts_.giver->Give(due));
  if (parts_.on_purged) RETURN_IF_ERROR(parts_.on_purged(round_.time));
  in_round_ = false;
  return absl::OkStatus();
}

absl::Status Caretaker::Tend(const std::atomic<bool>& stopping) {
  RETURN_IF_ERROR(parts_.giver->GiveDaily());
  RETURN_IF_ERROR(parts_.floors->Tick(parts_.clock->Now()));
  return parts_.floors->RemoveStubs(stopping);
}

CaretakerThread::CaretakerThread(Caretaker* caretaker, absl::Duration pause,
                                 std::function<void(const absl::Status&)> on_error)
    : caretaker_(caretaker), pause_(pause), on_error_(std::move(on_error)) {}

void CaretakerThread::Start() {
  caretaker_->SetWake([this] {
    const MutexLock lock(&mutex_);
    work_ = true;
    wake_.SignalAll();
  });
  if (const absl::Status status = caretaker_->Load(); !status.ok()) on_error_(status);
  {
    const MutexLock lock(&mutex_);
    work_ = caretaker_->HasRemoved();
  }
  thread_ = std::thread([this] { Run(); });
}

void CaretakerThread::Stop() {
  {
    const MutexLock lock(&mutex_);
    stopping_ = true;
    wake_.SignalAll();
  }
  if (thread_.joinable()) thread_.join();
}

void CaretakerThread::Run() {
  while (!stopping_) {
    if (const absl::Status status = caretaker_->Tend(stopping_); !status.ok()) on_error_(status);
    if (!WaitFor(kTendInterval, /*for_work=*/true)) return;
    if (!caretaker_->HasRemoved()) continue;
    if (!WaitFor(pause_, /*for_work=*/false)) return;
    if (!WaitFor(Work(), /*for_work=*/false)) return;
  }
}

bool CaretakerThread::WaitFor(absl::Duration longest, bool for_work) {
  const absl::Time until = absl::Now() + longest;
  const MutexLock lock(&mutex_);
  while (!stopping_ && !(for_work && work_) && absl::Now() < until) {
    wake_.WaitFor(&mutex_, until - absl::Now());
  }
  if (for_work) work_ = false;
  return !stopping_;
}

absl::Duration CaretakerThread::Work() {
  const absl::Time start = absl::Now();
  const absl::Status status = caretaker_->Purge();
  // A state of before is still being read: a matter of time.
  if (!status.ok() && !absl::IsUnavailable(status)) on_error_(status);
  {
    // What was removed in the middle of a round waits for the next.
    const MutexLock lock(&mutex_);
    work_ = work_ || caretaker_->HasRemoved();
  }
  if (!status.ok()) return kRetryPause;
  return std::min(kRestFactor * (absl::Now() - start), kMostPauses * pause_);
}

}  // namespace maillage::sharing

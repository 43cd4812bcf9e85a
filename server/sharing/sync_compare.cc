// What SyncManager does to compare copies with their suppliers. All on the
// queue's thread, but for recounts, which take long.
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "server/sharing/sync_manager.h"

namespace maillage::sharing {
namespace {

// A supplier that says nothing for so long is asked no more.
constexpr absl::Duration kAnswerTimeout = absl::Seconds(60);
// Who lets a share go wrong again so soon after a comparison waits as for all else
// that goes wrong.
constexpr absl::Duration kCompareAgain = absl::Minutes(1);
// A log that is said to be another one is compared at once so often in that time.
constexpr int kMaxChangedLogs = 5;
// Each received share is recounted about once in so many of these, at random.
constexpr absl::Duration kCheckInterval = absl::Hours(1);
constexpr int kCheckEvery = 7 * 24;

}  // namespace

bool SyncManager::CompareInstead(const ConnectionPtr& connection, const ShareKey& key,
                                 const absl::Status& why) {
  const std::string reason = ErrorReason(why);
  const bool damaged = absl::IsDataLoss(why);
  if (reason != "ROOT_MISMATCH" && reason != "COUNT_MISMATCH" && !damaged) return false;
  if (WasComparedLately(key)) return false;
  refusals_.Count(reason);
  Log(absl::StrCat("share ", ToText(key), " is compared"), why);
  if (damaged) {
    CountAndCompare(connection, key, {});
  } else {
    Compare(connection, key, std::nullopt, nullptr);
  }
  return true;
}

bool SyncManager::WasComparedLately(const ShareKey& key) const {
  const auto last = compared_.find(key);
  return last != compared_.end() &&
         absl::AbsDuration(parts_.subscriptions->Now() - last->second) < kCompareAgain;
}

void SyncManager::Compare(const ConnectionPtr& connection, const ShareKey& key,
                          std::optional<Recount> recount, Comparisons::Done done) {
  auto request = comparisons_->Begin(connection->peer(), key, std::move(recount), done);
  if (absl::IsAlreadyExists(request.status())) return;
  if (!request.ok()) {
    if (done) done(request.status(), CompareFigures());
    // A copy that is none, or changed meanwhile, is asked for as ever.
    return Settle(key);
  }
  connection->With([&](Session* session) {
    session->Unwant(key);
    session->Compare(*std::move(request));
  });
  WatchComparison(connection, key, 0);
}

void SyncManager::CountAndCompare(const ConnectionPtr& connection, const ShareKey& key,
                                  std::vector<Comparisons::Done> waiting) {
  connection->With([&](Session* session) { session->Unwant(key); });
  checks_.Post([this, connection, key, waiting = std::move(waiting)] {
    auto counted = std::make_shared<absl::StatusOr<Recount>>(parts_.subscriptions->CountAnew(key));
    queue_.Post([this, connection, key, waiting, counted] {
      const auto done = [waiting](const absl::Status& status, const CompareFigures& figures) {
        for (const Comparisons::Done& each : waiting) each(status, figures);
      };
      if (connection->is_closed()) {
        return done(Unavailable("NOT_CONNECTED", "the stream with the partner is over"), {});
      }
      if (!counted->ok()) {
        done(counted->status(), {});
        return Refuse(connection, key, counted->status());
      }
      Compare(connection, key, std::move(**counted), done);
    });
  });
}

void SyncManager::WatchComparison(const ConnectionPtr& connection, const ShareKey& key,
                                  uint64_t parts) {
  queue_.PostAfter(kAnswerTimeout, [this, connection, key, parts] {
    if (!comparisons_->IsOpen(key)) return;
    const uint64_t now = comparisons_->PartsOf(key);
    if (now != parts) return WatchComparison(connection, key, now);
    EndComparison(connection, key,
                  Unavailable("NO_ANSWER", "the partner does not answer a comparison"));
  });
}

void SyncManager::DoItem(const ConnectionPtr& connection, ChangedLog changed) {
  if (changed.key.origin == self_) return AskOwn(connection, {changed.key, {}});
  // What was staged is of the log of before.
  parts_.subscriptions->ForgetStaged(changed.key);
  // A node may be restored twice in a row; more often nobody is, in good faith.
  const absl::Time now = parts_.subscriptions->Now();
  ChangedLogs& changes = changed_logs_[changed.key];
  if (absl::AbsDuration(now - changes.since) >= kCompareAgain) changes = {now, 0};
  if (++changes.count > kMaxChangedLogs) {
    return Refuse(connection, changed.key,
                  FailedPrecondition("INCARNATION_CHANGED",
                                     "the log is said to be another one again and again"));
  }
  Compare(connection, changed.key, std::nullopt, nullptr);
}

void SyncManager::DoItem(const ConnectionPtr& connection, PeerAnswer work) {
  Comparisons::Step step = comparisons_->Take(connection->peer(), &work.answer);
  if (step.request.has_value()) {
    connection->With([&](Session* session) { session->Compare(*std::move(step.request)); });
  }
  ShareKey key;
  if (!step.end.has_value() || !ShareKey::Of(work.answer, &key)) return;
  for (const RecordId& id : step.arrived) parts_.links->NoteArrived(key.origin, id);
  if (!step.arrived.empty()) parts_.links->HandleArrived();
  EndComparison(connection, key, *step.end);
}

void SyncManager::EndComparison(const ConnectionPtr& connection, const ShareKey& key,
                                const absl::Status& status) {
  const bool counted = comparisons_->HasRecount(key);
  const bool damaged_here = absl::IsDataLoss(status) && !counted;
  std::vector<Comparisons::Done> waiting;
  if (damaged_here) waiting = comparisons_->TakeWaiting(key);
  v1::CompareRequest done = comparisons_->End(key, status);
  connection->With([&](Session* session) { session->Compare(std::move(done)); });
  compared_[key] = parts_.subscriptions->Now();
  if (connection->is_closed()) return;
  if (damaged_here) return CountAndCompare(connection, key, std::move(waiting));
  if (ErrorReason(status) == "TOO_DIFFERENT") {
    connection->With([&](Session* session) { session->Want(key, Receiver::Held()); });
  } else if (status.ok() || absl::IsAborted(status)) {
    if (status.ok()) {
      retries_.erase(key);
      Mended(connection, key);
    }
    // It went only where the trees differ; where that was damage there may be more.
    if (status.ok() && !counted) CheckSoon(key);
    Settle(key);
  } else {
    Refuse(connection, key, status);
  }
}

void SyncManager::Mended(const ConnectionPtr& connection, const ShareKey& key) {
  const auto taken = parts_.subscriptions->Get(key.origin, key.share);
  if (!taken.ok()) return Log("a repaired share", taken.status());
  {
    const MutexLock lock(&suppliers_mutex_);
    suppliers_.Served(key, connection->peer(), OrderOf(taken->received.head));
  }
  Hold(*taken);
  if (const PublicationPtr held = parts_.holdings->Latest(key)) Published(held);
}

void SyncManager::EndComparisonsWith(const ConnectionPtr& connection) {
  for (const ShareKey& key : comparisons_->With(connection->peer())) {
    comparisons_->End(key, Unavailable("NOT_CONNECTED", "the stream with the partner is over"));
  }
}

void SyncManager::Repair(const ShareKey& key, Comparisons::Done done) {
  queue_.Post([this, key, done = std::move(done)] {
    const std::optional<NodeId> supplier = SupplierOf(key);
    const ConnectionPtr connection = Find(supplier.value_or(key.origin));
    if (connection == nullptr || !connection->Read([](const Session& s) { return s.is_open(); })) {
      return done(Unavailable("NOT_CONNECTED", "no stream with a supplier is open",
                              "try again when the partner can be reached"),
                  CompareFigures());
    }
    CountAndCompare(connection, key, {done});
  });
}

void SyncManager::CheckSoon(const ShareKey& key) {
  checks_.Post([this, key] {
    const auto subscription = parts_.subscriptions->Get(key.origin, key.share);
    if (subscription.ok()) Check(*subscription);
  });
}

void SyncManager::CheckLater() {
  checks_.PostAfter(kCheckInterval, [this] {
    const auto list = parts_.subscriptions->List();
    Log("reading shares", list.status());
    for (size_t i = 0; list.ok() && i < list->size(); ++i) {
      if (std::uniform_int_distribution<int>(1, kCheckEvery)(check_random_) == 1) {
        Check((*list)[i]);
      }
    }
    CheckLater();
  });
}

void SyncManager::Check(const Subscription& subscription) {
  if (!subscription.IsWanted() || !subscription.received.stored.has_head()) return;
  const auto counted = parts_.subscriptions->CountAnew(subscription.key());
  const auto now = parts_.subscriptions->Get(subscription.origin, subscription.share);
  if (!counted.ok() || !now.ok() || counted->head != now->received.stored.head().payload()) return;
  if (counted->Fits(now->received.head)) return;
  Log(absl::StrCat("checking share ", ToText(subscription.key())),
      DataLoss("LOCAL_DAMAGE", "rows of the copy do not fit each other; it is compared"));
  Repair(subscription.key(),
         [this](const absl::Status& status, const CompareFigures&) { Log("repairing", status); });
}

CompareFigures SyncManager::LastComparison() {
  CompareFigures figures;
  queue_.Run([&] { figures = comparisons_->last_figures(); });
  return figures;
}

}  // namespace maillage::sharing

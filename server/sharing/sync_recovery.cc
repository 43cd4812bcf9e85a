// What SyncManager does while the node recovers, and when it must: see recovery.h.
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/sharing/sync_manager.h"

namespace maillage::sharing {
namespace {

// How often it is looked whether all have answered.
constexpr absl::Duration kEndInterval = absl::Seconds(1);

}  // namespace

void SyncManager::TakeOwnOffer(const ConnectionPtr& connection, const v1::Offer& offer) {
  if (parts_.recovery == nullptr) return;
  if (offer.has_head()) BeginIfLost(offer.head());
  const auto question = parts_.recovery->TakeOffer(connection->peer(), offer);
  if (!question.ok()) {
    return Log(absl::StrCat("an own share shown by ", ToText(connection->peer())),
               question.status());
  }
  if (question->has_value()) AskOwn(connection, **question);
}

void SyncManager::TakeOwnHead(const v1::Signed& head) {
  if (parts_.recovery == nullptr) return;
  BeginIfLost(head);
  // What another has forged says nothing of this node.
  const absl::Status taken = parts_.recovery->TakeHead(head);
  if (!absl::IsInvalidArgument(taken)) Log("a Head of an own share", taken);
}

void SyncManager::BeginIfLost(const v1::Signed& head) {
  if (IsRecovering()) return;
  const auto why = parts_.recovery->Judge(head);
  if (!why.ok()) return Log("a Head of an own share", why.status());
  if (why->empty()) return;
  // First of all: whatever is published from here on may fork the log.
  if (parts_.on_recovering) parts_.on_recovering();
  const absl::Status begun = parts_.recovery->Begin(*why);
  if (!begun.ok()) return Log("beginning a recovery", begun);
  if (parts_.log) parts_.log(absl::StrCat("the node recovers: ", *why));
  SharesChanged();
  for (const ConnectionPtr& connection : All()) {
    connection->With([](Session* session) { session->WantOwn(); });
  }
  EndLater();
  Changed();
}

void SyncManager::AskOwn(const ConnectionPtr& connection, const Recovery::Question& question) {
  Receiver::Held held;
  held.cursor = question.cursor;
  held.stages = false;
  connection->With([&](Session* session) { session->Want(question.key, std::move(held)); });
}

void SyncManager::TakeOwnRun(const ConnectionPtr& connection, const FinishedRun& finished) {
  if (parts_.recovery == nullptr) return;
  const auto again = parts_.recovery->TakeRun(connection->peer(), *finished.run, finished.head);
  if (again.ok() && again->has_value()) return AskOwn(connection, **again);
  const ShareKey key = finished.run->key();
  connection->With([&](Session* session) { session->Unwant(key); });
  OwnAnswered(connection, key, again.status());
}

void SyncManager::OwnAnswered(const ConnectionPtr& connection, const ShareKey& key,
                              const absl::Status& how) {
  if (parts_.recovery == nullptr) return;
  if (!how.ok()) {
    refusals_.Count(ErrorReason(how));
    Log(absl::StrCat("own share ", ToText(key.share), " from ", ToText(connection->peer())), how);
  }
  Log("a recovery", parts_.recovery->Answered(connection->peer(), key.share));
  EndIfAnswered();
}

void SyncManager::DoItem(const ConnectionPtr& connection, OwnOffersEnd) {
  if (!IsRecovering()) return;
  Log("a recovery", parts_.recovery->OfferedAll(connection->peer()));
  EndIfAnswered();
}

void SyncManager::EndLater() {
  if (!IsRecovering()) return;
  queue_.PostAfter(kEndInterval, [this] {
    EndIfAnswered();
    EndLater();
  });
}

void SyncManager::EndIfAnswered() {
  if (!IsRecovering()) return;
  const auto is_connected = [this](const NodeId& node) { return IsConnected(node); };
  if (parts_.recovery->MayEnd(is_connected)) Log("ending a recovery", EndNow("system"));
}

absl::Status SyncManager::EndNow(absl::string_view who) {
  ASSIGN_OR_RETURN(const Incarnation incarnation, parts_.recovery->End(who));
  if (parts_.log) parts_.log("the node has recovered");
  if (parts_.on_recovered) parts_.on_recovered(incarnation);
  SharesChanged();
  Changed();
  return absl::OkStatus();
}

absl::Status SyncManager::EndRecovery(absl::string_view who) {
  absl::Status result = StreamsStopping();
  queue_.Run([&] {
    result = FailedPrecondition("NOT_RECOVERING", "the node does not recover from anything");
    if (IsRecovering()) result = EndNow(who);
  });
  return result;
}

}  // namespace maillage::sharing

// What partners show and tell a node that recovers.
#include <utility>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/sharing/recovery.h"
#include "server/sharing/share_log.h"
#include "server/sharing/subscriber.h"
#include "server/storage/races.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// Entries of a transaction.
constexpr size_t kPartEntries = 500;

// The partner's answer in the row, made where it has none yet.
v1::RecoveryAnswer* AnswerOf(const NodeId& peer, v1::StoredRecovery* row) {
  for (v1::RecoveryAnswer& known : *row->mutable_answers()) {
    if (absl::string_view(known.node()) == peer.bytes()) return &known;
  }
  v1::RecoveryAnswer* answer = row->add_answers();
  answer->set_node(std::string(peer.bytes()));
  return answer;
}

}  // namespace

absl::Status Recovery::Note(const v1::Head& head) {
  if (head.incarnation() > row().incarnation()) {
    v1::StoredRecovery noted = row();
    noted.set_incarnation(head.incarnation());
    RETURN_IF_ERROR(Store(noted));
  }
  return RaiseSeq(ShareId(head.share()), head.seq());
}

absl::Status Recovery::RaiseSeq(const ShareId& share, uint64_t seq) {
  const std::string key = SeqKey(share);
  return storage::RetryRaces([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const auto stored, parts_.database->latest().Get(Family::kMeta, key));
    ASSIGN_OR_RETURN(const uint64_t known, DecodeSeq(stored));
    if (known >= seq) return absl::OkStatus();
    storage::Transaction transaction;
    transaction.preconditions.push_back({Family::kMeta, key, stored});
    transaction.writes.Put(Family::kMeta, key, EncodeSeq(seq));
    return parts_.writer->Commit(std::move(transaction));
  });
}

absl::Status Recovery::TakeHead(const v1::Signed& signed_head) {
  if (!active_) return absl::OkStatus();
  ASSIGN_OR_RETURN(const v1::Head head, OpenHead(signed_head));
  return Note(head);
}

absl::StatusOr<std::optional<Recovery::Question>> Recovery::TakeOffer(const NodeId& peer,
                                                                      const v1::Offer& offer) {
  if (!active_) return std::nullopt;
  ASSIGN_OR_RETURN(const v1::ShareDescriptor descriptor,
                   identity::OpenSigned<v1::ShareDescriptor>(offer.share_descriptor(), OwnKeys()));
  if (absl::string_view(descriptor.origin()) != self_.bytes()) {
    return InvalidArgument("BAD_DESCRIPTOR", "a partner offers another's share as this node's");
  }
  RETURN_IF_ERROR(parts_.adopt(offer.share_descriptor()));
  if (!offer.has_head()) return std::nullopt;
  ASSIGN_OR_RETURN(const v1::Head head, OpenHead(offer.head()));
  if (head.share() != descriptor.share()) {
    return InvalidArgument("WRONG_HEAD", "a partner shows the Head of another share");
  }
  RETURN_IF_ERROR(Note(head));
  // What is in a link was for the partner's eyes.
  if (descriptor.link()) return std::nullopt;
  ASSIGN_OR_RETURN(const std::optional<Question> question, QuestionFor(head));
  if (question.has_value()) asked_[peer].shares.insert(question->key.share);
  return question;
}

absl::StatusOr<std::optional<Recovery::Question>> Recovery::QuestionFor(
    const v1::Head& head) const {
  Question question;
  question.key = {self_, ShareId(head.share())};
  ASSIGN_OR_RETURN(const ReceivedShare stored,
                   ReceivedShare::Read(parts_.database->latest(), self_, question.key.share));
  if (stored.head.incarnation() > head.incarnation()) return std::nullopt;
  if (stored.head.incarnation() < head.incarnation()) return question;
  if (stored.head.seq() > head.seq() || stored.head.root() == head.root()) return std::nullopt;
  if (stored.head.seq() < head.seq()) {
    question.cursor = {Incarnation(head.incarnation()), stored.head.seq()};
  }
  return question;
}

absl::Status Recovery::OfferedAll(const NodeId& peer) {
  asked_[peer].offered_all = true;
  return Answered(peer, ShareId());
}

void Recovery::Gone(const NodeId& peer) { asked_.erase(peer); }

absl::StatusOr<std::optional<Recovery::Question>> Recovery::TakeRun(const NodeId& peer,
                                                                    const IncomingRun& run,
                                                                    const v1::Signed& head) {
  if (!active_ || !asked_[peer].shares.contains(run.share())) return std::nullopt;
  const RecoveryBench bench{self_, OwnKeys(), peer, suggest_, unsuggest_, parts_.is_erased};
  const absl::Status proved = ProveRecoveredRun(*parts_.database->Snapshot(), bench, run, head);
  if (ErrorReason(proved) == "ROOT_MISMATCH" && run.from_seq() > 0) {
    return Question{run.key(), {}};  // the logs have parted: all of it, then
  }
  RETURN_IF_ERROR(proved);
  RETURN_IF_ERROR(TakeEntries(peer, bench, run));
  RETURN_IF_ERROR(Answered(peer, run.share()));  // nothing more is to come
  return std::nullopt;
}

absl::Status Recovery::TakeEntries(const NodeId& peer, const RecoveryBench& bench,
                                   const IncomingRun& run) {
  for (size_t first = 0; first < run.entries().size(); first += kPartEntries) {
    RecoveredPart part;
    RETURN_IF_ERROR(storage::RetryRaces([&]() -> absl::Status {
      ASSIGN_OR_RETURN(part,
                       TakeRecovered(parts_.database->latest(), bench, run, first, kPartEntries));
      return parts_.writer->Commit(std::move(part.transaction));
    }));
    for (const RecordId& id : part.erased) RETURN_IF_ERROR(parts_.erase(id));
    RETURN_IF_ERROR(Count(peer, part));
  }
  return absl::OkStatus();
}

absl::Status Recovery::Count(const NodeId& peer, const RecoveredPart& part) {
  v1::StoredRecovery noted = row();
  v1::RecoveryAnswer* answer = AnswerOf(peer, &noted);
  answer->set_suggestions(answer->suggestions() + part.suggestions);
  answer->set_erased(answer->erased() + part.erased.size());
  answer->set_withdrawn(answer->withdrawn() + part.withdrawn);
  return Store(noted);
}

absl::Status Recovery::Answered(const NodeId& peer, const ShareId& share) {
  Asked& asked = asked_[peer];
  asked.shares.erase(share);
  if (!active_ || !asked.offered_all || !asked.shares.empty()) return absl::OkStatus();
  v1::StoredRecovery noted = row();
  *AnswerOf(peer, &noted)->mutable_time() = identity::ToTimestamp(parts_.clock->Now());
  return Store(noted);
}

}  // namespace maillage::sharing

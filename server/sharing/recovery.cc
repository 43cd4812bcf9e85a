#include "server/sharing/recovery.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/sharing/share_log.h"
#include "server/sharing/subscriber.h"

namespace maillage::sharing {
namespace {

using storage::Family;

absl::StatusOr<v1::StoredRecovery> Parse(const std::string& bytes) {
  v1::StoredRecovery row;
  if (row.ParseFromString(bytes)) return row;
  return DataLoss("BAD_ROW", "the state of the recovery cannot be read", "restore from a backup");
}

std::set<NodeId> WhoAnswered(const v1::StoredRecovery& row) {
  std::set<NodeId> answered;
  for (const v1::RecoveryAnswer& answer : row.answers()) {
    if (answer.has_time()) answered.insert(NodeId(answer.node()));
  }
  return answered;
}

// An incarnation above `seen`, even where the clock stands before it.
Incarnation IncarnationAbove(absl::string_view seen, absl::Time now) {
  const Incarnation next = NewIncarnation(now);
  if (seen.size() != Incarnation::kSize || next.bytes() > seen) return next;
  return NewIncarnation(absl::FromUnixMillis(static_cast<int64_t>(ReadU64(seen)) + 1));
}

}  // namespace

absl::Status Recovery::AddBeginning(const storage::Reader& reader, const std::string& why,
                                    absl::Time now, storage::Transaction* transaction) {
  ASSIGN_OR_RETURN(const auto stored, reader.Get(Family::kMeta, kRecoveryRow));
  v1::StoredRecovery row;
  if (stored.has_value()) {
    ASSIGN_OR_RETURN(row, Parse(*stored));
  } else {
    *row.mutable_since() = identity::ToTimestamp(now);
  }
  const auto& reasons = row.reasons();
  if (std::find(reasons.begin(), reasons.end(), why) == reasons.end()) row.add_reasons(why);
  // Whoever answered before may know of what came since.
  row.clear_answers();
  transaction->writes.Put(Family::kMeta, kRecoveryRow, row.SerializeAsString());
  transaction->who = "system";
  transaction->what = absl::StrCat("begin recovery: ", why);
  return absl::OkStatus();
}

Recovery::Recovery(Parts parts)
    : parts_(std::move(parts)), self_(parts_.self->node()), start_(parts_.clock->Now()) {}

void Recovery::AskPeopleBy(decltype(RecoveryBench::suggest) suggest,
                           decltype(RecoveryBench::unsuggest) unsuggest) {
  suggest_ = std::move(suggest);
  unsuggest_ = std::move(unsuggest);
}

absl::Status Recovery::Load() {
  ASSIGN_OR_RETURN(const auto stored, parts_.database->latest().Get(Family::kMeta, kRecoveryRow));
  if (!stored.has_value()) return absl::OkStatus();
  ASSIGN_OR_RETURN(v1::StoredRecovery row, Parse(*stored));
  const MutexLock lock(&mutex_);
  row_ = std::move(row);
  active_ = true;
  return absl::OkStatus();
}

absl::Status Recovery::Begin(const std::string& why) {
  storage::Transaction transaction;
  RETURN_IF_ERROR(AddBeginning(parts_.database->latest(), why, parts_.clock->Now(), &transaction));
  RETURN_IF_ERROR(parts_.writer->Commit(std::move(transaction)));
  asked_.clear();
  start_ = parts_.clock->Now();
  return Load();
}

std::vector<std::string> Recovery::OwnKeys() const {
  return identity::SigningKeysOf(parts_.self->descriptor());
}

absl::StatusOr<v1::Head> Recovery::OpenHead(const v1::Signed& signed_head) const {
  ASSIGN_OR_RETURN(v1::Head head, identity::OpenSigned<v1::Head>(signed_head, OwnKeys()));
  if (absl::string_view(head.origin()) == self_.bytes() && head.share().size() == ShareId::kSize &&
      head.incarnation().size() == Incarnation::kSize) {
    return head;
  }
  return InvalidArgument("WRONG_HEAD", "a partner shows a Head that is not of this node");
}

absl::StatusOr<std::string> Recovery::Judge(const v1::Signed& signed_head) const {
  const auto head = OpenHead(signed_head);
  if (!head.ok()) return std::string();
  const storage::Reader& reader = parts_.database->latest();
  ASSIGN_OR_RETURN(const auto incarnation, reader.Get(Family::kMeta, kIncarnationRow));
  if (!incarnation.has_value() || head->incarnation() < *incarnation) return std::string();
  if (head->incarnation() > *incarnation) {
    return std::string("a partner holds Heads of a later life of this node");
  }
  const OwnSharePtr own = parts_.shares->Get()->Find(ShareId(head->share()));
  if (own != nullptr && own->stored.deleted()) return std::string();
  return JudgeInLife(reader, *head);
}

absl::StatusOr<std::string> Recovery::JudgeInLife(const storage::Reader& reader,
                                                  const v1::Head& head) const {
  const ShareId share(head.share());
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kMeta, SeqKey(share)));
  ASSIGN_OR_RETURN(const uint64_t seq, DecodeSeq(row));
  if (head.seq() > seq) {
    return absl::StrCat("a partner holds share ", ToText(share), " up to ", head.seq(),
                        ", this node knows it up to ", seq);
  }
  ASSIGN_OR_RETURN(const ReceivedShare stored, ReceivedShare::Read(reader, self_, share));
  const bool same_place =
      stored.head.incarnation() == head.incarnation() && stored.head.seq() == head.seq();
  if (!same_place || stored.head.root() == head.root()) return std::string();
  return absl::StrCat("a partner holds another state of share ", ToText(share), " at ", head.seq());
}

bool Recovery::MayEnd(const IsConnected& is_connected) const {
  if (!active_) return false;
  const std::set<NodeId> answered = WhoAnswered(row());
  if (answered.empty()) return false;
  bool all = true;
  for (const identity::PartnerPtr& partner : parts_.partners->List()) {
    if (answered.contains(partner->node)) continue;
    if (is_connected(partner->node)) return false;
    all = false;
  }
  return all || parts_.clock->Now() - start_ >= kRecoverySettle;
}

absl::StatusOr<Incarnation> Recovery::End(absl::string_view who) {
  if (!active_) {
    return FailedPrecondition("NOT_RECOVERING", "the node does not recover from anything");
  }
  const auto known = parts_.database->latest().Get(Family::kMeta, kIncarnationRow);
  RETURN_IF_ERROR(known.status());
  const std::string seen = std::max(row().incarnation(), known->value_or(""));
  const Incarnation incarnation = IncarnationAbove(seen, parts_.clock->Now());
  storage::Transaction transaction;
  transaction.writes.Put(Family::kMeta, kIncarnationRow, std::string(incarnation.bytes()));
  transaction.writes.Delete(Family::kMeta, kRecoveryRow);
  transaction.who = std::string(who);
  transaction.what = absl::StrCat("end recovery of nodes/", ToText(self_));
  RETURN_IF_ERROR(parts_.writer->Commit(std::move(transaction)));
  asked_.clear();
  const MutexLock lock(&mutex_);
  row_.Clear();
  active_ = false;
  return incarnation;
}

absl::Status Recovery::Store(const v1::StoredRecovery& row) {
  storage::Transaction transaction;
  transaction.writes.Put(Family::kMeta, kRecoveryRow, row.SerializeAsString());
  RETURN_IF_ERROR(parts_.writer->Commit(std::move(transaction)));
  const MutexLock lock(&mutex_);
  row_ = row;
  return absl::OkStatus();
}

v1::StoredRecovery Recovery::row() const {
  const MutexLock lock(&mutex_);
  return row_;
}

std::optional<v1::Recovery> Recovery::Report(const IsConnected& is_connected) const {
  if (!active_) return std::nullopt;
  const v1::StoredRecovery now = row();
  v1::Recovery report;
  *report.mutable_start_time() = now.since();
  *report.mutable_reasons() = now.reasons();
  const std::set<NodeId> answered = WhoAnswered(now);
  for (const v1::RecoveryAnswer& answer : now.answers()) {
    report.set_suggestions(report.suggestions() + static_cast<int64_t>(answer.suggestions()));
    report.set_erased(report.erased() + static_cast<int64_t>(answer.erased()));
    report.set_withdrawn(report.withdrawn() + static_cast<int64_t>(answer.withdrawn()));
  }
  for (const identity::PartnerPtr& partner : parts_.partners->List()) {
    if (answered.contains(partner->node)) {
      report.add_answered(partner->alias);
    } else if (is_connected(partner->node)) {
      report.add_waiting_for(partner->alias);
    } else {
      report.add_unreachable(partner->alias);
    }
  }
  return report;
}

}  // namespace maillage::sharing

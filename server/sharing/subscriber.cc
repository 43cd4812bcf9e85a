#include "server/sharing/subscriber.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/sharing/judging.h"
#include "server/sharing/share_log.h"
#include "server/sharing/shown_change.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// Larger runs wait behind what people do.
constexpr size_t kInteractiveEntries = 64;

absl::Status Refuse(absl::string_view reason, absl::string_view what, absl::string_view mend = "") {
  return InvalidArgument(reason, what, mend);
}

// Judges one run. Lives as long as Prove().
class Judge {
 public:
  Judge(const storage::Reader& reader, const Bench& bench, const IncomingRun& run)
      : reader_(reader), bench_(bench), run_(run), inbox_(bench.inbox) {}

  absl::StatusOr<Proved> Prove(const v1::Signed& signed_head);

 private:
  absl::Status CheckHead(const v1::Signed& signed_head);
  absl::Status CheckFrom() const;
  absl::Status CheckEntries() const;
  void KeepLast();
  absl::Status ProveRoot();
  absl::Status AddRecords();
  absl::Status RemoveMissing(ShownChanges* changes);

  bool has_proved() const { return received_.stored.has_head(); }
  // Whether the run takes the place of all that is held.
  bool replaces() const { return run_.from_seq() == 0 && has_proved(); }
  storage::Batch& writes() { return proved_.transaction.writes; }

  const storage::Reader& reader_;
  const Bench& bench_;
  const IncomingRun& run_;
  InboxUse inbox_;
  ReceivedShare received_;
  // Index of the last entry of each record; a log has one, but who knows.
  absl::flat_hash_map<RecordId, size_t> last_;
  Proved proved_;
};

absl::StatusOr<Proved> Judge::Prove(const v1::Signed& signed_head) {
  ASSIGN_OR_RETURN(received_, ReceivedShare::Read(reader_, bench_.origin, run_.share()));
  RETURN_IF_ERROR(CheckStanding(received_, bench_));
  RETURN_IF_ERROR(CheckHead(signed_head));
  RETURN_IF_ERROR(CheckFrom());
  RETURN_IF_ERROR(CheckEntries());
  KeepLast();
  RETURN_IF_ERROR(ProveRoot());
  RETURN_IF_ERROR(AddRecords());
  if (replaces()) PutsLast(&writes());
  AddDebts(received_, bench_, run_.share(), signed_head, &proved_);
  *received_.stored.mutable_head() = signed_head;
  received_.stored.clear_quarantine();
  received_.AddTo(&proved_.transaction, bench_.origin, run_.share());
  if (run_.entries().size() > kInteractiveEntries) {
    proved_.transaction.priority = storage::Priority::kBulk;
  }
  return std::move(proved_);
}

absl::Status Judge::CheckHead(const v1::Signed& signed_head) {
  ASSIGN_OR_RETURN(proved_.head, OpenHead(received_, bench_, run_.share(), signed_head));
  const v1::Head& head = proved_.head;
  if (absl::string_view(head.incarnation()) == run_.incarnation().bytes() &&
      head.seq() == run_.to_seq()) {
    return absl::OkStatus();
  }
  return Refuse("WRONG_HEAD", absl::StrCat("the Head that closes the run to ", run_.to_seq(),
                                           " is not its Head"));
}

absl::Status Judge::CheckFrom() const {
  if (run_.from_seq() == 0) return absl::OkStatus();
  RETURN_IF_ERROR(CheckFloor(proved_.head, run_.from_seq()));
  if (has_proved() && run_.from_seq() == received_.head.seq() &&
      run_.incarnation().bytes() == absl::string_view(received_.head.incarnation())) {
    return absl::OkStatus();
  }
  return Refuse("WRONG_FROM", absl::StrCat("the run starts after ", run_.from_seq(),
                                           ", this node stands at ", received_.head.seq()));
}

absl::Status Judge::CheckEntries() const {
  for (const IncomingEntry& incoming : run_.entries()) {
    RETURN_IF_ERROR(CheckEntry(received_, bench_, incoming.id, incoming.entry));
  }
  return absl::OkStatus();
}

void Judge::KeepLast() {
  last_.reserve(run_.entries().size());
  for (size_t i = 0; i < run_.entries().size(); ++i) last_[run_.entries()[i].id] = i;
}

absl::Status Judge::ProveRoot() {
  if (replaces()) {
    RETURN_IF_ERROR(DeleteTree(reader_, bench_.origin, run_.share(), &writes()));
  }
  TreeUpdate tree(bench_.origin, run_.share());
  for (const IncomingEntry& incoming : run_.entries()) {
    if (incoming.entry.kind() == v1::ENTRY_KIND_PUT) {
      tree.Set(incoming.id, incoming.leaf);
    } else {
      tree.Remove(incoming.id);
    }
  }
  const bool onward = has_proved() && !replaces();
  ASSIGN_OR_RETURN(const TreeUpdate::Result result,
                   tree.Apply(onward ? &reader_ : nullptr, &writes()));
  if (result.root.bytes() != absl::string_view(proved_.head.root())) {
    return Refuse("ROOT_MISMATCH",
                  absl::StrCat("the run to ", run_.to_seq(),
                               " does not make what the origin signed: entries are missing,"
                               " added or changed"),
                  "the run is asked for again; if it stays so, tell the partner");
  }
  const uint64_t live =
      (onward ? received_.head.live_count() : 0) + static_cast<uint64_t>(result.live_delta);
  if (live != proved_.head.live_count()) {
    return Refuse("COUNT_MISMATCH", absl::StrCat("the Head counts ", proved_.head.live_count(),
                                                 " records, the run makes ", live));
  }
  return absl::OkStatus();
}

absl::Status Judge::AddRecords() {
  const bool link = received_.descriptor.link();
  ShownChanges changes(reader_, bench_.origin, run_.share(), /*actors=*/!link);
  proved_.removes = replaces() && !link;
  if (replaces()) RETURN_IF_ERROR(RemoveMissing(&changes));
  for (size_t i = 0; i < run_.entries().size(); ++i) {
    const IncomingEntry& incoming = run_.entries()[i];
    if (last_[incoming.id] != i) continue;
    if (incoming.entry.kind() != v1::ENTRY_KIND_PUT && !link) proved_.removes = true;
    RETURN_IF_ERROR(changes.Set(incoming.id, &incoming.entry, &proved_.transaction));
    // Whoever only carries a link cannot open what it brings.
    if (received_.descriptor.link_to() != bench_.self.bytes()) continue;
    RETURN_IF_ERROR(
        AddToInbox(reader_, bench_.origin, incoming.id, incoming.entry, &inbox_, &writes()));
  }
  return absl::OkStatus();
}

absl::Status Judge::RemoveMissing(ShownChanges* changes) {
  std::vector<RecordId> missing;
  RETURN_IF_ERROR(
      ForEachEntry(reader_, bench_.origin, run_.share(), 0, UINT64_MAX, [&](v1::Entry* entry) {
        const RecordId id(entry->id());
        if (!last_.contains(id)) missing.push_back(id);
        return true;
      }));
  for (const RecordId& id : missing) {
    RETURN_IF_ERROR(changes->Set(id, nullptr, &proved_.transaction));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Proved> Prove(const storage::Reader& reader, const Bench& bench,
                             const IncomingRun& run, const v1::Signed& head) {
  return Judge(reader, bench, run).Prove(head);
}

}  // namespace maillage::sharing

#include "server/sharing/bulk_proof.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "roaring/roaring64map.hh"
#include "server/sharing/judging.h"
#include "server/sharing/share_log.h"
#include "server/sharing/tree_builder.h"

namespace maillage::sharing {
namespace {

using storage::Batch;
using storage::Family;

// Keys that are deleted together.
constexpr size_t kDeletedBytes = 4 << 20;

absl::Status Refuse(absl::string_view reason, absl::string_view what, absl::string_view mend = "") {
  return InvalidArgument(reason, what, mend);
}

// Judges one staged run. Lives as long as ProveStaged().
class StagedJudge {
 public:
  StagedJudge(const storage::Database& database, storage::Writer* writer, const Bench& bench,
              StagedRun* run, uint64_t to_seq, const BulkRows::Sizes& sizes)
      : database_(database),
        writer_(writer),
        bench_(bench),
        run_(*run),
        to_seq_(to_seq),
        sizes_(sizes) {}

  absl::StatusOr<Proved> Prove(const v1::Signed& signed_head);

 private:
  absl::Status CheckFrom() const;
  absl::Status ProveRoot();
  absl::Status DeleteOldTree();
  absl::Status AddTree(TreeBuilder* tree);
  absl::Status AddRecords();
  absl::Status RemoveMissing(BulkRows* rows);
  absl::Status AddHead(const v1::Signed& signed_head);

  const StagedLabel& label() const { return run_.label(); }
  bool has_proved() const { return received_.stored.has_head(); }
  bool replaces() const { return label().from_seq == 0 && has_proved(); }

  const storage::Database& database_;
  storage::Writer* const writer_;
  const Bench& bench_;
  StagedRun& run_;
  const uint64_t to_seq_;
  const BulkRows::Sizes sizes_;
  ReceivedShare received_;
  Proved proved_;
  std::shared_ptr<storage::Ingestion> ingestion_;
  // Entries with a newer one of the same record in the run.
  Roaring64Map outdated_;
};

absl::StatusOr<Proved> StagedJudge::Prove(const v1::Signed& signed_head) {
  ASSIGN_OR_RETURN(received_,
                   ReceivedShare::Read(database_.latest(), bench_.origin, label().share));
  RETURN_IF_ERROR(CheckStanding(received_, bench_));
  ASSIGN_OR_RETURN(proved_.head, OpenHead(received_, bench_, label().share, signed_head));
  if (absl::string_view(proved_.head.incarnation()) != label().incarnation.bytes() ||
      proved_.head.seq() != to_seq_) {
    return Refuse("WRONG_HEAD",
                  absl::StrCat("the Head that closes the run to ", to_seq_, " is not its Head"));
  }
  RETURN_IF_ERROR(CheckFrom());
  ASSIGN_OR_RETURN(ingestion_, database_.StartIngestion());
  RETURN_IF_ERROR(ProveRoot());
  RETURN_IF_ERROR(AddRecords());
  RETURN_IF_ERROR(AddHead(signed_head));
  RETURN_IF_ERROR(ingestion_->Finish());
  proved_.transaction.priority = storage::Priority::kBulk;
  proved_.transaction.ingestion = std::move(ingestion_);
  return std::move(proved_);
}

absl::Status StagedJudge::CheckFrom() const {
  if (label().from_seq == 0) return absl::OkStatus();
  RETURN_IF_ERROR(CheckFloor(proved_.head, label().from_seq));
  if (has_proved() && label().from_seq == received_.head.seq() &&
      label().incarnation.bytes() == absl::string_view(received_.head.incarnation())) {
    return absl::OkStatus();
  }
  return Refuse("WRONG_FROM", absl::StrCat("the run starts after ", label().from_seq,
                                           ", this node stands at ", received_.head.seq()));
}

absl::Status StagedJudge::ProveRoot() {
  if (replaces()) RETURN_IF_ERROR(DeleteOldTree());
  const bool onward = has_proved() && !replaces();
  TreeBuilder tree(bench_.origin, label().share, onward ? &database_.latest() : nullptr,
                   [&](Batch rows) { return ingestion_->Add(std::move(rows)); });
  RETURN_IF_ERROR(AddTree(&tree));
  ASSIGN_OR_RETURN(const TreeUpdate::Result result, tree.Finish());
  if (result.root.bytes() != absl::string_view(proved_.head.root())) {
    return Refuse("ROOT_MISMATCH",
                  absl::StrCat("the run to ", to_seq_,
                               " does not make what the origin signed: entries are missing,"
                               " added or changed"),
                  "the run is asked for again; if it stays so, tell the partner");
  }
  const uint64_t live =
      (onward ? received_.head.live_count() : 0) + static_cast<uint64_t>(result.live_delta);
  if (live == proved_.head.live_count()) return absl::OkStatus();
  return Refuse("COUNT_MISMATCH", absl::StrCat("the Head counts ", proved_.head.live_count(),
                                               " records, the run makes ", live));
}

absl::Status StagedJudge::DeleteOldTree() {
  Batch gone;
  absl::Status status;
  RETURN_IF_ERROR(database_.latest().ScanPrefix(
      Family::kTree, storage::TreePrefix(bench_.origin, label().share),
      [&](absl::string_view key, absl::string_view) {
        gone.Delete(Family::kTree, std::string(key));
        if (gone.bytes() < kDeletedBytes) return true;
        status = ingestion_->AddFirst(std::exchange(gone, Batch()));
        return status.ok();
      }));
  RETURN_IF_ERROR(status);
  return gone.empty() ? absl::OkStatus() : ingestion_->AddFirst(std::move(gone));
}

// The last entry of an id counts.
absl::Status StagedJudge::AddTree(TreeBuilder* tree) {
  std::optional<LeafChange> last;
  RETURN_IF_ERROR(run_.ForEachLeaf([&](const LeafChange& change) {
    if (last.has_value() && last->id == change.id) {
      outdated_.add(last->seq);
    } else if (last.has_value()) {
      RETURN_IF_ERROR(tree->Add(*last));
    }
    last = change;
    return absl::OkStatus();
  }));
  return last.has_value() ? tree->Add(*last) : absl::OkStatus();
}

absl::Status StagedJudge::AddRecords() {
  const bool link = received_.descriptor.link();
  // Whoever only carries a link cannot open what it brings.
  const bool opens = link && received_.descriptor.link_to() == bench_.self.bytes();
  InboxUse inbox = bench_.inbox;
  BulkRows rows(&database_, writer_, ingestion_.get(),
                {bench_.self, bench_.origin, label().share, /*actors=*/!link}, sizes_);
  RETURN_IF_ERROR(run_.ForEach([&](v1::Entry* entry) {
    const RecordId id(entry->id());
    RETURN_IF_ERROR(CheckEntry(received_, bench_, id, *entry));
    if (outdated_.contains(entry->seq())) return absl::OkStatus();
    if (entry->kind() != v1::ENTRY_KIND_PUT && !link) proved_.removes = true;
    if (opens) {
      RETURN_IF_ERROR(
          AddToInbox(database_.latest(), bench_.origin, id, *entry, &inbox, rows.rows()));
    }
    return rows.Set(id, entry);
  }));
  if (replaces()) {
    proved_.removes = proved_.removes || !link;
    RETURN_IF_ERROR(RemoveMissing(&rows));
  }
  return rows.Finish();
}

absl::Status StagedJudge::RemoveMissing(BulkRows* rows) {
  RETURN_IF_ERROR(rows->Finish());  // so that it knows all that is replaced
  const Roaring64Map replaced = rows->replaced();
  absl::Status status;
  RETURN_IF_ERROR(ForEachEntry(database_.latest(), bench_.origin, label().share, 0, UINT64_MAX,
                               [&](v1::Entry* entry) {
                                 if (replaced.contains(entry->seq())) return true;
                                 v1::Entry none;
                                 status = rows->Set(RecordId(entry->id()), &none);
                                 return status.ok();
                               }));
  return status;
}

absl::Status StagedJudge::AddHead(const v1::Signed& signed_head) {
  AddDebts(received_, bench_, label().share, signed_head, &proved_);
  *received_.stored.mutable_head() = signed_head;
  received_.stored.clear_quarantine();
  received_.AddTo(&proved_.transaction, bench_.origin, label().share);
  return ingestion_->Add(std::exchange(proved_.transaction.writes, Batch()));
}

}  // namespace

absl::StatusOr<Proved> ProveStaged(const storage::Database& database, storage::Writer* writer,
                                   const Bench& bench, StagedRun* run, uint64_t to_seq,
                                   const v1::Signed& head, const BulkRows::Sizes& sizes) {
  return StagedJudge(database, writer, bench, run, to_seq, sizes).Prove(head);
}

}  // namespace maillage::sharing

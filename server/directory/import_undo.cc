// How an import is taken back.
#include <google/protobuf/util/time_util.h>

#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/actor_name.h"
#include "server/directory/directory.h"
#include "server/directory/history.h"
#include "server/directory/import_batches.h"

namespace maillage::directory {

using storage::Family;

namespace {

constexpr size_t kChunkRecords = 256;

google::protobuf::Timestamp Stamp(absl::Time time) {
  return google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(time));
}

// Whether two states say the same: whatever number and time they have.
bool SaySame(v1::Actor a, v1::Actor b) {
  for (v1::Actor* actor : {&a, &b}) {
    actor->clear_name();
    actor->clear_etag();
    actor->clear_revision();
    actor->clear_update_time();
  }
  return a.SerializeAsString() == b.SerializeAsString();
}

// The changes of one record, from the history.
struct Changes {
  RecordId id;
  std::vector<v1::StoredChange> rows;  // in order of revisions
};

// What a batch did to a record: its state before, nothing where the batch made
// it, and after.
struct Effect {
  std::optional<v1::Actor> before;
  v1::Actor after;
  bool mixed = false;  // somebody else changed it in between
};

}  // namespace

class ImportBatches::Undoing {
 public:
  Undoing(ImportBatches* batches, std::string batch, std::string who, const TellFn& tell)
      : self_(batches->self_),
        writer_(*batches->writer_),
        clock_(*batches->clock_),
        snapshot_(batches->database_->Snapshot()),
        batch_(std::move(batch)),
        who_(std::move(who)),
        tell_(tell) {
    summary_.set_import_batch(batch_);
  }

  absl::StatusOr<v1::UndoSummary> Run() {
    RETURN_IF_ERROR(DeleteCreated());
    RETURN_IF_ERROR(RestoreChanged());
    RETURN_IF_ERROR(Flush());
    return summary_;
  }

 private:
  struct Step {
    storage::Transaction transaction;
    std::string name;
    bool deletes = false;
  };

  // Records that nobody changed since the batch made them have no history.
  absl::Status DeleteCreated() {
    absl::Status status;
    const auto visit = [&](absl::string_view key, absl::string_view row) {
      // Nearly all rows are of other batches: their text shows it.
      if (!absl::StrContains(row, batch_)) return true;
      status = DeleteIfCreated(RecordId(key), row);
      return status.ok();
    };
    RETURN_IF_ERROR(snapshot_->ScanPrefix(Family::kActors, "", visit));
    return status;
  }

  absl::Status DeleteIfCreated(const RecordId& id, absl::string_view row) {
    ASSIGN_OR_RETURN(const auto actor, ParseOwnRow(self_, id, row));
    if (actor->import_batch() != batch_ || actor->revision() != 1) return absl::OkStatus();
    return Apply(id, actor, std::string(row), std::nullopt);
  }

  absl::Status RestoreChanged() {
    Changes changes;
    absl::Status status;
    const auto visit = [&](absl::string_view key, absl::string_view row) {
      const RecordId id(key.substr(0, RecordId::kSize));
      if (!changes.rows.empty() && id != changes.id) status = Settle(changes);
      if (id != changes.id) changes = {id, {}};
      v1::StoredChange change;
      if (!change.ParseFromArray(row.data(), static_cast<int>(row.size()))) {
        status =
            DataLoss("BAD_ROW", absl::StrCat("a change of actor ", ToText(id), " cannot be read"),
                     "restore from a backup");
      }
      changes.rows.push_back(std::move(change));
      return status.ok();
    };
    RETURN_IF_ERROR(snapshot_->ScanPrefix(Family::kHistory, "", visit));
    RETURN_IF_ERROR(status);
    return changes.rows.empty() ? absl::OkStatus() : Settle(changes);
  }

  bool MadeByBatch(const v1::Actor& first) const {
    return first.revision() == 1 && first.import_batch() == batch_;
  }

  // Nothing where the batch did not touch the record.
  std::optional<Effect> EffectOn(const Changes& changes, const v1::Actor& now) const {
    const auto& rows = changes.rows;
    const auto by_batch = [&](const v1::StoredChange& row) { return row.import_batch() == batch_; };
    const auto first = std::find_if(rows.begin(), rows.end(), by_batch);
    const bool created = rows.front().has_before() && MadeByBatch(rows.front().before());
    if (!created && first == rows.end()) return std::nullopt;
    Effect effect;
    if (!created) effect.before = first->before();
    // One past the last change that the batch made.
    const auto end = std::find_if(rows.rbegin(), rows.rend(), by_batch).base();
    const auto begin = created ? rows.begin() : first;
    effect.mixed = end > begin && !std::all_of(begin, end, by_batch);
    const auto after = end == rows.begin() || end < begin ? begin : end;
    effect.after = after == rows.end() ? now : after->before();
    return effect;
  }

  absl::Status Settle(const Changes& changes) {
    ASSIGN_OR_RETURN(const auto row,
                     snapshot_->Get(Family::kActors, storage::ActorKey(changes.id)));
    if (!row.has_value()) return absl::OkStatus();  // gone since
    ASSIGN_OR_RETURN(const auto now, ParseOwnRow(self_, changes.id, *row));
    const std::optional<Effect> effect = EffectOn(changes, *now);
    if (!effect.has_value()) return absl::OkStatus();
    const bool undone = effect->before.has_value() && SaySame(*now, *effect->before);
    if (undone) return absl::OkStatus();
    if (effect->mixed || !SaySame(*now, effect->after)) {
      Leave(now->name());
      return absl::OkStatus();
    }
    return Apply(changes.id, now, *row, effect->before);
  }

  // Gives the record that content; deletes it where there is none.
  absl::Status Apply(const RecordId& id, std::shared_ptr<const v1::Actor> now, std::string row,
                     const std::optional<v1::Actor>& content) {
    std::shared_ptr<v1::Actor> after;
    if (content.has_value()) {
      after = std::make_shared<v1::Actor>(*content);
      after->set_revision(now->revision() + 1);
      *after->mutable_update_time() = Stamp(clock_.Now());
      FillNames(self_, id, after.get());
    }
    Step step{ChangeOf(self_, id, now, after), now->name(), !content.has_value()};
    step.transaction.preconditions.push_back(
        {Family::kActors, storage::ActorKey(id), std::move(row)});
    steps_.push_back(std::move(step));
    return steps_.size() < kChunkRecords ? absl::OkStatus() : Flush();
  }

  absl::Status Flush() {
    if (steps_.empty()) return absl::OkStatus();
    storage::Transaction all;
    for (const Step& step : steps_) Join(step.transaction, &all);
    absl::Status status = Commit(std::move(all));
    if (absl::IsAborted(status)) {
      status = absl::OkStatus();
      for (Step& step : steps_) RETURN_IF_ERROR(CommitAlone(step));
    } else if (status.ok()) {
      for (const Step& step : steps_) CountDone(step);
    }
    steps_.clear();
    v1::UndoImportResponse progress;
    *progress.mutable_progress() = summary_;
    tell_(progress);
    return status;
  }

  static void Join(const storage::Transaction& one, storage::Transaction* all) {
    for (const storage::Batch::Op& op : one.writes.ops()) {
      op.kind == storage::Batch::Kind::kPut ? all->writes.Put(op.family, op.key, op.value)
                                            : all->writes.Delete(op.family, op.key);
    }
    all->changes.push_back(one.changes.front());
    all->preconditions.push_back(one.preconditions.front());
  }

  absl::Status Commit(storage::Transaction transaction) {
    transaction.who = who_;
    transaction.what = absl::StrCat("undo ", batch_);
    return writer_.Commit(std::move(transaction));
  }

  // Somebody changed one of the chunk meanwhile: that one stays.
  absl::Status CommitAlone(Step& step) {
    const absl::Status status = Commit(std::move(step.transaction));
    if (status.ok()) CountDone(step);
    if (!absl::IsAborted(status)) return status;
    Leave(step.name);
    return absl::OkStatus();
  }

  void CountDone(const Step& step) {
    if (step.deletes) {
      summary_.set_deleted(summary_.deleted() + 1);
    } else {
      summary_.set_restored(summary_.restored() + 1);
    }
  }

  void Leave(const std::string& name) {
    summary_.set_left(summary_.left() + 1);
    v1::UndoImportResponse told;
    told.set_left(name);
    tell_(told);
  }

  const NodeId self_;
  storage::Writer& writer_;
  const Clock& clock_;
  const std::shared_ptr<const storage::Reader> snapshot_;
  const std::string batch_;
  const std::string who_;
  const TellFn& tell_;
  v1::UndoSummary summary_;
  std::vector<Step> steps_;
};

absl::StatusOr<v1::UndoSummary> ImportBatches::Undo(absl::string_view name, absl::string_view who,
                                                    const TellFn& tell) {
  ASSIGN_OR_RETURN(v1::ImportBatch batch, Find(name));
  Undoing undoing(this, batch.name(), std::string(who), tell);
  ASSIGN_OR_RETURN(const v1::UndoSummary summary, undoing.Run());
  *batch.mutable_undo_time() = Stamp(clock_->Now());
  storage::Transaction record;
  record.writes.Put(Family::kObjects, batch.name(), batch.SerializeAsString());
  RETURN_IF_ERROR(writer_->Commit(std::move(record)));
  return summary;
}

}  // namespace maillage::directory

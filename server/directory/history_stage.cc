#include "server/directory/history_stage.h"

#include <google/protobuf/util/time_util.h>

#include <string>
#include <utility>
#include <vector>

#include "client/base/status_macros.h"
#include "server/directory/history.h"

namespace maillage::directory {

using storage::Family;
using storage::RecordChange;
using storage::Transaction;

namespace {

bool MadeByImport(const RecordChange& change) {
  return change.before == nullptr && !change.after->import_batch().empty();
}

v1::StoredChange RowOf(const Transaction& transaction, const RecordChange& change, absl::Time now) {
  v1::StoredChange row;
  *row.mutable_time() =
      google::protobuf::util::TimeUtil::MicrosecondsToTimestamp(absl::ToUnixMicros(now));
  row.set_who(transaction.who.empty() ? "system" : transaction.who);
  row.set_what(transaction.what);
  if (change.after != nullptr) {
    row.set_source(change.after->source());
    // Only imports change records without a word for the audit.
    if (transaction.what.empty()) row.set_import_batch(change.after->import_batch());
  }
  if (change.before != nullptr) {
    *row.mutable_before() = *change.before;
    row.mutable_before()->clear_name();  // it follows from where the row stands
    row.mutable_before()->clear_etag();
  }
  return row;
}

}  // namespace

struct HistoryStage::Work : Prepared {
  std::vector<std::pair<std::string, std::string>> puts;
  std::vector<std::string> deletes;
};

absl::StatusOr<std::unique_ptr<storage::CommitStage::Prepared>> HistoryStage::Prepare(
    const Transaction& transaction) const {
  std::unique_ptr<Work> work;
  for (const RecordChange& change : transaction.changes) {
    if (change.origin != self_ || change.before == change.after || change.erase) continue;
    if (change.after != nullptr && MadeByImport(change)) continue;
    if (work == nullptr) work = std::make_unique<Work>();
    RETURN_IF_ERROR(Look(transaction, change, work.get()));
  }
  return work;
}

absl::Status HistoryStage::Look(const Transaction& transaction, const RecordChange& change,
                                Work* work) const {
  if (change.after == nullptr && !change.undoable) {
    // The record's own row guards this: whoever changed it meanwhile, and so
    // added to its history, makes the transaction fail.
    return stored_->ScanPrefix(Family::kHistory, change.id.bytes(),
                               [&](absl::string_view key, absl::string_view) {
                                 work->deletes.emplace_back(key);
                                 return true;
                               });
  }
  const uint64_t revision =
      change.after != nullptr ? change.after->revision() : change.before->revision() + 1;
  work->puts.emplace_back(HistoryKey(change.id, revision),
                          RowOf(transaction, change, clock_->Now()).SerializeAsString());
  return absl::OkStatus();
}

absl::Status HistoryStage::Commit(const Transaction&, const Prepared* prepared,
                                  storage::Group* group) {
  if (prepared == nullptr) return absl::OkStatus();
  const auto& work = static_cast<const Work&>(*prepared);
  for (const auto& [key, row] : work.puts) group->Put(Family::kHistory, key, row);
  for (const std::string& key : work.deletes) group->Delete(Family::kHistory, key);
  return absl::OkStatus();
}

}  // namespace maillage::directory

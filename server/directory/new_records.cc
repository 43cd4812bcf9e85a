#include "server/directory/new_records.h"

#include <utility>

#include "client/base/status_macros.h"
#include "server/directory/bulk_index.h"
#include "server/directory/index_rows.h"
#include "server/storage/schema.h"

namespace maillage::directory {

using storage::Family;

NewRecords::NewRecords(const NodeId& self, const storage::Database* database,
                       storage::Writer* writer, std::vector<NewRecord> records)
    : self_(self),
      database_(database),
      writer_(writer),
      records_(std::move(records)),
      thread_([this] {
        status_ = Commit();
        if (status_.ok()) records_.clear();  // here, so that nobody waits for it
      }) {}

NewRecords::~NewRecords() {
  if (thread_.joinable()) thread_.join();
}

absl::Status NewRecords::Wait() {
  if (thread_.joinable()) thread_.join();
  return status_;
}

absl::Status NewRecords::Commit() const {
  ASSIGN_OR_RETURN(uint32_t ordinal,
                   ReserveOrdinals(*database_, writer_, static_cast<uint32_t>(records_.size())));
  storage::Transaction transaction;
  transaction.priority = storage::Priority::kBulk;
  transaction.brings_own = true;
  ASSIGN_OR_RETURN(transaction.ingestion, database_->StartIngestion());
  storage::PackedRows rows;
  BulkIndex index(self_, self_);
  std::string bytes;
  for (const NewRecord& record : records_) {
    record.actor.SerializeToString(&bytes);
    rows.Put(Family::kActors, storage::ActorKey(record.id), bytes);
    index.Add(record.id, record.actor, ordinal++, &rows);
  }
  index.FlushTo(&rows);
  RETURN_IF_ERROR(transaction.ingestion->Add(std::move(rows)));
  RETURN_IF_ERROR(transaction.ingestion->Finish());
  return writer_->Commit(std::move(transaction));
}

}  // namespace maillage::directory

// How the records of an import are committed.
#include <utility>

#include "client/base/mutex.h"
#include "client/base/status_macros.h"
#include "server/directory/actor.h"
#include "server/directory/directory.h"
#include "server/directory/import.h"

namespace maillage::directory {

namespace {

// What is committed together, where the stages see each record,
constexpr size_t kChunkRecords = 256;
// ... and where they need not, and the database takes whole files.
constexpr size_t kLeastIngested = 4'000;
constexpr size_t kFileRecords = 40'000;
constexpr size_t kFileBytes = 48 << 20;
constexpr int kMaxInFlight = 4;

}  // namespace

// What the writer's callbacks tell the importing thread.
struct Import::Pending {
  Mutex mutex;
  CondVar cond;
  int in_flight ABSL_GUARDED_BY(mutex) = 0;
  absl::Status error ABSL_GUARDED_BY(mutex);

  void Finish(const absl::Status& status) {
    const MutexLock lock(&mutex);
    --in_flight;
    if (error.ok()) error = status;
    cond.SignalAll();
  }
  // Waits until fewer than `limit` transactions are under way.
  absl::Status Await(int limit) {
    const MutexLock lock(&mutex);
    while (in_flight >= limit) cond.Wait(&mutex);
    return error;
  }
};

Import::Import(const NodeId& self, storage::Database* database, storage::Writer* writer,
               const Clock* clock, v1::ImportSpec spec, std::string who, OnProblemFn on_problem,
               Gates gates)
    : self_(self),
      database_(database),
      writer_(writer),
      clock_(clock),
      spec_(std::move(spec)),
      who_(std::move(who)),
      on_problem_(std::move(on_problem)),
      gates_(std::move(gates)),
      pending_(std::make_shared<Pending>()) {}

Import::~Import() = default;

absl::Status Import::Add(v1::Actor actor) {
  if (const absl::Status coming = gates_.CheckComing(actor); !coming.ok()) {
    summary_.set_left_out(summary_.left_out() + 1);
    Report(line_, v1::ImportProblem::NOTE, "", SortName(actor), coming.message());
    return absl::OkStatus();
  }
  summary_.set_created(summary_.created() + 1);
  if (actor.kind() == v1::ACTOR_KIND_PERSON) {
    if (spec_.has_notice()) *actor.mutable_notice() = spec_.notice();
    if (!actor.has_notice()) summary_.set_notice_due(summary_.notice_due() + 1);
  }
  if (spec_.dry_run()) return absl::OkStatus();
  const RecordId id = NewRecordId(clock_->Now());
  if (renewal_ != nullptr) renewal_->See(id, actor);
  *actor.mutable_create_time() = Now();
  *actor.mutable_update_time() = actor.create_time();
  actor.set_revision(1);
  new_bytes_ += actor.ByteSizeLong();
  new_.push_back({id, std::move(actor)});
  const bool full = ingests_ ? new_.size() >= kFileRecords || new_bytes_ >= kFileBytes
                             : new_.size() >= kChunkRecords;
  return full ? Flush() : absl::OkStatus();
}

absl::Status Import::AwaitSubmitted() { return pending_->Await(1); }

absl::Status Import::AwaitAll() {
  absl::Status flushed = Flush();
  flushed.Update(AwaitIngested());
  flushed.Update(AwaitSubmitted());
  return flushed;
}

// One piece is made into files and taken while the next is read.
absl::Status Import::Flush() {
  new_bytes_ = 0;
  std::vector<NewRecord> records = std::exchange(new_, {});
  if (!ingests_ || records.size() < kLeastIngested) return AddInChunks(std::move(records));
  RETURN_IF_ERROR(AwaitIngested());
  ingested_ = std::make_unique<NewRecords>(self_, database_, writer_, std::move(records));
  return absl::OkStatus();
}

absl::Status Import::AwaitIngested() {
  const std::unique_ptr<NewRecords> ingested = std::exchange(ingested_, nullptr);
  if (ingested == nullptr) return absl::OkStatus();
  const absl::Status status = ingested->Wait();
  if (!absl::IsAborted(status)) return status;
  ingests_ = false;  // somebody must see each record
  return AddInChunks(ingested->Take());
}

absl::Status Import::AddInChunks(std::vector<NewRecord> records) {
  storage::Transaction chunk;
  for (NewRecord& record : records) {
    FillNames(self_, record.id, &record.actor);
    storage::Transaction one = ChangeOf(self_, record.id, nullptr,
                                        std::make_shared<const v1::Actor>(std::move(record.actor)));
    for (const storage::Batch::Op& op : one.writes.ops())
      chunk.writes.Put(op.family, op.key, op.value);
    chunk.changes.push_back(std::move(one.changes.front()));
    if (chunk.changes.size() < kChunkRecords) continue;
    RETURN_IF_ERROR(Submit(std::exchange(chunk, storage::Transaction())));
  }
  return chunk.changes.empty() ? absl::OkStatus() : Submit(std::move(chunk));
}

absl::Status Import::Submit(storage::Transaction transaction) {
  RETURN_IF_ERROR(pending_->Await(kMaxInFlight));
  {
    const MutexLock lock(&pending_->mutex);
    ++pending_->in_flight;
  }
  transaction.priority = storage::Priority::kBulk;
  transaction.who = who_;
  writer_->Submit(std::move(transaction),
                  [pending = pending_](const absl::Status& status) { pending->Finish(status); });
  return absl::OkStatus();
}

}  // namespace maillage::directory

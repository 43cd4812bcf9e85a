#include "server/storage/writer.h"

#include <deque>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "client/base/error.h"
#include "client/base/mutex.h"
#include "client/base/status_macros.h"

namespace maillage::storage {
namespace {

constexpr size_t kGroupBytes = 1 << 20;
constexpr size_t kBulkQueueBytes = 8 << 20;
// What a transaction weighs beside its explicit rows; stages add rows of about
// this size for each record.
constexpr size_t kBytesPerChange = 1024;

absl::Status Stopped() {
  return Unavailable("STOPPING", "the node is stopping", "try again when it runs");
}

}  // namespace

class Writer::Impl {
 public:
  Impl(Database* database, std::vector<CommitStage*> stages)
      : database_(database), stages_(std::move(stages)), thread_([this] { Run(); }) {}

  ~Impl() { Stop(); }

  void Submit(Transaction transaction, Done done) ABSL_LOCKS_EXCLUDED(mutex_) {
    auto job = std::make_unique<Job>();
    job->transaction = std::move(transaction);
    job->done = std::move(done);
    for (const CommitStage* stage : stages_) {
      auto prepared = stage->Prepare(job->transaction);
      if (!prepared.ok()) return job->done(prepared.status());
      job->prepared.push_back(*std::move(prepared));
    }
    job->bytes =
        job->transaction.writes.bytes() + job->transaction.changes.size() * kBytesPerChange;
    if (!Enqueue(&job)) job->done(Stopped());
  }

  size_t waiting() const ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(&mutex_);
    return interactive_.size() + bulk_.size();
  }

  void Stop() ABSL_LOCKS_EXCLUDED(mutex_) {
    {
      const MutexLock lock(&mutex_);
      stopping_ = true;
      work_.SignalAll();
      space_.SignalAll();
    }
    const MutexLock lock(&join_mutex_);
    if (thread_.joinable()) thread_.join();
  }

 private:
  struct Job {
    Transaction transaction;
    std::vector<std::unique_ptr<CommitStage::Prepared>> prepared;
    Done done;
    size_t bytes = 0;
    absl::Status status;
  };
  using Jobs = std::vector<std::unique_ptr<Job>>;

  // Returns false, and leaves the job, when the writer is stopping.
  bool Enqueue(std::unique_ptr<Job>* job) ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(&mutex_);
    const bool bulk = (*job)->transaction.priority == Priority::kBulk;
    while (bulk && !stopping_ && bulk_bytes_ > kBulkQueueBytes) space_.Wait(&mutex_);
    if (stopping_) return false;
    if (bulk) bulk_bytes_ += (*job)->bytes;
    (bulk ? bulk_ : interactive_).push_back(std::move(*job));
    work_.Signal();
    return true;
  }

  // An ingestion is a group of its own.
  static bool MayJoin(const Job& job, const Jobs& group, size_t bytes) {
    if (group.empty()) return true;
    const bool alone =
        job.transaction.ingestion != nullptr || group.front()->transaction.ingestion != nullptr;
    return !alone && bytes + job.bytes <= kGroupBytes;
  }

  // Waits for work. Empty when there is none left and the writer is stopping.
  Jobs NextGroup() ABSL_LOCKS_EXCLUDED(mutex_) {
    const MutexLock lock(&mutex_);
    while (interactive_.empty() && bulk_.empty() && !stopping_) work_.Wait(&mutex_);
    Jobs group;
    size_t bytes = 0;
    for (auto* queue : {&interactive_, &bulk_}) {
      while (!queue->empty() && MayJoin(*queue->front(), group, bytes)) {
        bytes += queue->front()->bytes;
        if (queue == &bulk_) bulk_bytes_ -= queue->front()->bytes;
        group.push_back(std::move(queue->front()));
        queue->pop_front();
      }
    }
    space_.SignalAll();
    return group;
  }

  void Run() ABSL_LOCKS_EXCLUDED(mutex_) {
    for (Jobs jobs = NextGroup(); !jobs.empty(); jobs = NextGroup()) {
      if (Settle(absl::MakeSpan(jobs))) continue;
      // One of them is what a stage refuses; the others must not suffer for it.
      for (auto& job : jobs) Settle(absl::MakeSpan(&job, 1));
    }
  }

  // Commits jobs together and answers them. False, with nothing done, where a
  // stage refuses and there are several.
  bool Settle(absl::Span<std::unique_ptr<Job>> jobs) {
    bool refused = false;
    const absl::Status status = CommitGroup(jobs, &refused);
    for (CommitStage* stage : stages_) stage->GroupDone(status.ok());
    if (refused && jobs.size() > 1) return false;
    for (auto& job : jobs) job->done(job->status.ok() ? status : job->status);
    return true;
  }

  absl::Status CommitGroup(absl::Span<std::unique_ptr<Job>> jobs, bool* refused) {
    Group group(database_->latest());
    *refused = true;
    for (auto& job : jobs) {
      job->status = CheckPreconditions(job->transaction, group);
      if (job->status.ok()) RETURN_IF_ERROR(AddToGroup(*job, &group));
    }
    for (CommitStage* stage : stages_) RETURN_IF_ERROR(stage->EndGroup(&group));
    *refused = false;
    Ingestion* ingestion = jobs.front()->transaction.ingestion.get();
    if (ingestion != nullptr && jobs.front()->status.ok()) return database_->Ingest(ingestion);
    if (group.batch().empty()) return absl::OkStatus();
    return database_->Apply(group.batch(), /*sync=*/true);
  }

  absl::Status AddToGroup(const Job& job, Group* group) {
    for (const Batch::Op& op : job.transaction.writes.ops()) {
      switch (op.kind) {
        case Batch::Kind::kPut:
          group->Put(op.family, op.key, op.value);
          break;
        case Batch::Kind::kDelete:
          group->Delete(op.family, op.key);
          break;
        case Batch::Kind::kMerge:
          group->Merge(op.family, op.key, op.value);
          break;
      }
    }
    for (size_t i = 0; i < stages_.size(); ++i) {
      RETURN_IF_ERROR(stages_[i]->Commit(job.transaction, job.prepared[i].get(), group));
    }
    return absl::OkStatus();
  }

  static absl::Status CheckPreconditions(const Transaction& transaction, const Group& group) {
    for (const Precondition& condition : transaction.preconditions) {
      ASSIGN_OR_RETURN(const auto value, group.Get(condition.family, condition.key));
      if (value != condition.value) {
        return Error(absl::StatusCode::kAborted, "CHANGED_MEANWHILE",
                     absl::StrCat("somebody else changed a row of ", FamilyName(condition.family),
                                  " in the meantime"),
                     "read it again and repeat the change");
      }
    }
    return absl::OkStatus();
  }

  Database* const database_;
  const std::vector<CommitStage*> stages_;
  mutable Mutex mutex_;
  CondVar work_;
  CondVar space_;
  std::deque<std::unique_ptr<Job>> interactive_ ABSL_GUARDED_BY(mutex_);
  std::deque<std::unique_ptr<Job>> bulk_ ABSL_GUARDED_BY(mutex_);
  size_t bulk_bytes_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  Mutex join_mutex_;
  std::thread thread_ ABSL_GUARDED_BY(join_mutex_);
};

Writer::Writer(Database* database, std::vector<CommitStage*> stages)
    : impl_(std::make_unique<Impl>(database, std::move(stages))) {}
Writer::~Writer() = default;

void Writer::Submit(Transaction transaction, Done done) {
  impl_->Submit(std::move(transaction), std::move(done));
}

absl::Status Writer::Commit(Transaction transaction) {
  Mutex mutex;
  CondVar cond;
  bool finished = false;
  absl::Status result;
  Submit(std::move(transaction), [&](absl::Status status) {
    const MutexLock lock(&mutex);
    result = std::move(status);
    finished = true;
    cond.Signal();
  });
  const MutexLock lock(&mutex);
  while (!finished) cond.Wait(&mutex);
  return result;
}

size_t Writer::waiting() const { return impl_->waiting(); }

void Writer::Stop() { impl_->Stop(); }

}  // namespace maillage::storage

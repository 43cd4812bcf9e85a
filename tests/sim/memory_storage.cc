#include "tests/sim/memory_storage.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "gtest/gtest.h"
#include "server/storage/database.h"
#include "server/storage/postings.h"
#include "server/storage/writer.h"
#include "tests/sim/memory_ingestion.h"

namespace maillage::sim {
namespace {

std::map<std::string, Disk>& Disks() {
  static auto& disks = *new std::map<std::string, Disk>;
  return disks;
}

// Whose disk is whose.
std::map<const storage::Database*, Disk*>& DiskOf() {
  static auto& disks = *new std::map<const storage::Database*, Disk*>;
  return disks;
}

// Reads through a pointer, so that it may follow what is newest.
class MemoryReader : public storage::Reader {
 public:
  explicit MemoryReader(const Families* families) : families_(families) {}

  absl::StatusOr<std::optional<std::string>> Get(storage::Family family,
                                                 absl::string_view key) const override {
    const Rows& rows = RowsOf(family);
    const auto it = rows.find(std::string(key));
    if (it == rows.end()) return std::nullopt;
    return it->second;
  }

  absl::Status Scan(storage::Family family, absl::string_view first, absl::string_view limit,
                    Visitor visit) const override {
    // Rows stay as they were when the scan began, as in a database.
    const std::shared_ptr<Rows> rows = (*families_)[static_cast<size_t>(family)];
    for (auto it = rows->lower_bound(std::string(first)); it != rows->end(); ++it) {
      if (!limit.empty() && absl::string_view(it->first) >= limit) break;
      if (!visit(it->first, it->second)) break;
    }
    return absl::OkStatus();
  }

 private:
  const Rows& RowsOf(storage::Family family) const {
    return *(*families_)[static_cast<size_t>(family)];
  }
  const Families* const families_;
};

class SnapshotReader : public MemoryReader {
 public:
  explicit SnapshotReader(const Families& families) : MemoryReader(&kept_), kept_(families) {}

 private:
  const Families kept_;
};

void ApplyOp(const storage::Batch::Op& op, Rows* rows) {
  if (op.kind == storage::Batch::Kind::kDelete) {
    rows->erase(op.key);
    return;
  }
  if (op.kind == storage::Batch::Kind::kPut) {
    (*rows)[op.key] = op.value;
    return;
  }
  const auto it = rows->find(op.key);
  const absl::string_view before = it == rows->end() ? "" : absl::string_view(it->second);
  std::string after;
  EXPECT_TRUE(storage::ApplyOperands(it == rows->end() ? nullptr : &before, {op.value}, &after));
  if (storage::IsEmptyPosting(after)) {
    rows->erase(op.key);
  } else {
    (*rows)[op.key] = std::move(after);
  }
}

// What is of no person is not looked for in files.
bool Tells(storage::Family family) {
  return family != storage::Family::kMeta && family != storage::Family::kTree &&
         family != storage::Family::kHeads;
}

void Write(const storage::Batch& batch, Disk* disk) {
  ++disk->commits;
  for (const storage::Batch::Op& op : batch.ops()) {
    Rows& rows = disk->Change(op.family);
    const auto before = Tells(op.family) ? rows.find(op.key) : rows.end();
    if (before != rows.end()) {
      disk->buried.push_back({op.family, op.key, before->second, disk->commits});
    }
    ApplyOp(op, &rows);
  }
}

}  // namespace

void Disk::Start() {
  dead = false;
  commits_to_live = -1;
  for (auto& rows : families) {
    if (rows == nullptr) rows = std::make_shared<Rows>();
  }
}

Rows& Disk::Change(storage::Family family) {
  std::shared_ptr<Rows>& rows = families[static_cast<size_t>(family)];
  // Snapshots keep what they saw.
  if (rows.use_count() > 1) rows = std::make_shared<Rows>(*rows);
  return *rows;
}

Disk& DiskAt(const std::string& path) { return Disks()[path]; }
void RemoveDisks() { Disks().clear(); }

std::unique_ptr<storage::Reader> ReaderOf(const Families& families) {
  return std::make_unique<SnapshotReader>(families);
}

}  // namespace maillage::sim

namespace maillage::storage {

using sim::Disk;

struct Database::Impl {
  explicit Impl(Disk* d) : disk(d), latest(&d->families), staging(sim::FolderOf(d)) {}
  Disk* const disk;
  const sim::MemoryReader latest;
  const std::unique_ptr<Folder> staging;
};

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() { sim::DiskOf().erase(this); }

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const DatabaseOptions& options) {
  Disk& disk = sim::DiskAt(options.path);
  disk.Start();
  std::unique_ptr<Database> database(new Database(std::make_unique<Impl>(&disk)));
  sim::DiskOf()[database.get()] = &disk;
  return database;
}

std::shared_ptr<const Reader> Database::Snapshot() const {
  return sim::ReaderOf(impl_->disk->families);
}

const Reader& Database::latest() const { return impl_->latest; }
Folder& Database::staging() const { return *impl_->staging; }

absl::Status Database::Apply(const Batch& batch, bool /*sync*/) {
  Disk& disk = *impl_->disk;
  const auto stopped = [] { return Unavailable("STOPPING", "the machine is down"); };
  if (disk.dead) return stopped();
  if (disk.commits_to_live == 0) disk.dead = true;
  if (disk.commits_to_live > 0) --disk.commits_to_live;
  if (disk.dead && !disk.last_is_kept) return stopped();
  const Batch written = disk.spoil ? disk.spoil(batch) : batch;
  sim::Write(written, &disk);
  if (disk.after_commit) disk.after_commit(written);
  return disk.dead ? stopped() : absl::OkStatus();
}

uint64_t Database::Mark() const { return impl_->disk->commits; }

absl::Status Database::Purge(const std::vector<KeyRange>& ranges, uint64_t mark) const {
  if (impl_->disk->dead) return Unavailable("STOPPING", "the machine is down");
  std::erase_if(impl_->disk->buried, [&](const Disk::Buried& row) {
    return row.at <= mark && std::any_of(ranges.begin(), ranges.end(), [&](const KeyRange& range) {
             return range.family == row.family && range.first <= row.key &&
                    (range.limit.empty() || row.key < range.limit);
           });
  });
  return absl::OkStatus();
}

// Commits at once, a transaction a group, as the writer does.
class Writer::Impl {
 public:
  Impl(Database* database, std::vector<CommitStage*> stages)
      : database_(database), stages_(std::move(stages)) {}

  void Submit(Transaction transaction, const Done& done) {
    std::vector<std::unique_ptr<CommitStage::Prepared>> prepared;
    for (const CommitStage* stage : stages_) {
      auto one = stage->Prepare(transaction);
      if (!one.ok()) return done(one.status());
      prepared.push_back(*std::move(one));
    }
    const Disk& disk = *sim::DiskOf()[database_];
    if (disk.before_commit && !std::exchange(inside_, true)) {
      disk.before_commit();
      inside_ = false;
    }
    absl::Status refused;
    const absl::Status status = CommitGroup(transaction, prepared, &refused);
    for (CommitStage* stage : stages_) stage->GroupDone(status.ok());
    done(refused.ok() ? status : refused);
  }

 private:
  absl::Status CommitGroup(const Transaction& transaction,
                           const std::vector<std::unique_ptr<CommitStage::Prepared>>& prepared,
                           absl::Status* refused) {
    Group group(database_->latest());
    *refused = CheckPreconditions(transaction, group);
    if (refused->ok()) {
      for (const Batch::Op& op : transaction.writes.ops()) {
        if (op.kind == Batch::Kind::kPut) group.Put(op.family, op.key, op.value);
        if (op.kind == Batch::Kind::kDelete) group.Delete(op.family, op.key);
        if (op.kind == Batch::Kind::kMerge) group.Merge(op.family, op.key, op.value);
      }
      for (size_t i = 0; i < stages_.size(); ++i) {
        RETURN_IF_ERROR(stages_[i]->Commit(transaction, prepared[i].get(), &group));
      }
    }
    for (CommitStage* stage : stages_) RETURN_IF_ERROR(stage->EndGroup(&group));
    if (transaction.ingestion != nullptr && refused->ok()) {
      return database_->Ingest(transaction.ingestion.get());
    }
    if (group.batch().empty()) return absl::OkStatus();
    return database_->Apply(group.batch(), /*sync=*/true);
  }

  static absl::Status CheckPreconditions(const Transaction& transaction, const Group& group) {
    for (const Precondition& condition : transaction.preconditions) {
      ASSIGN_OR_RETURN(const auto value, group.Get(condition.family, condition.key));
      if (value != condition.value) {
        return Error(absl::StatusCode::kAborted, "CHANGED_MEANWHILE", "a row was changed");
      }
    }
    return absl::OkStatus();
  }

  Database* const database_;
  const std::vector<CommitStage*> stages_;
  bool inside_ = false;
};

Writer::Writer(Database* database, std::vector<CommitStage*> stages)
    : impl_(std::make_unique<Impl>(database, std::move(stages))) {}
Writer::~Writer() = default;

void Writer::Submit(Transaction transaction, Done done) {
  impl_->Submit(std::move(transaction), done);
}

absl::Status Writer::Commit(Transaction transaction) {
  absl::Status result;
  Submit(std::move(transaction), [&](absl::Status status) { result = std::move(status); });
  return result;
}

size_t Writer::waiting() const { return 0; }

void Writer::Stop() {}

}  // namespace maillage::storage

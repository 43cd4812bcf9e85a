#include "server/storage/database.h"

#include <rocksdb/cache.h>
#include <rocksdb/compaction_filter.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/table.h>
#include <rocksdb/write_batch.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/storage/postings.h"

namespace maillage::storage {
namespace {

constexpr char kSchemaKey[] = "schema_version";
constexpr char kPurgeKey[] = "purged";  // mark(8) of the last purge
constexpr size_t kBlockCacheBytes = 64 << 20;
constexpr size_t kWriteBufferBytes = 16 << 20;
constexpr size_t kAllWriteBuffersBytes = 96 << 20;

rocksdb::Slice ToSlice(absl::string_view text) { return {text.data(), text.size()}; }
absl::string_view ToView(const rocksdb::Slice& slice) { return {slice.data(), slice.size()}; }

// The one place where RocksDB's errors become ours.
absl::Status FromRocks(const rocksdb::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (status.IsCorruption()) {
    return DataLoss("DATABASE_DAMAGED", status.ToString(), "restore from a backup");
  }
  if (status.IsIOError() && status.ToString().find("lock") != std::string::npos) {
    return FailedPrecondition("DATABASE_IN_USE", "another process has the database open",
                              "stop the other maillaged of this directory first");
  }
  return Unavailable("DATABASE_IO", status.ToString(), "look at the disk: is it full or failing?");
}

class PostingMergeOperator : public rocksdb::MergeOperator {
 public:
  bool FullMergeV2(const MergeOperationInput& in, MergeOperationOutput* out) const override {
    std::vector<absl::string_view> operands;
    operands.reserve(in.operand_list.size());
    for (const rocksdb::Slice& operand : in.operand_list) operands.push_back(ToView(operand));
    absl::string_view value;
    if (in.existing_value != nullptr) value = ToView(*in.existing_value);
    return ApplyOperands(in.existing_value == nullptr ? nullptr : &value, operands,
                         &out->new_value);
  }
  // Operands are lists of changes in order, so two are one after the other.
  bool PartialMerge(const rocksdb::Slice&, const rocksdb::Slice& left, const rocksdb::Slice& right,
                    std::string* merged, rocksdb::Logger*) const override {
    *merged = absl::StrCat(ToView(left), ToView(right));
    return true;
  }
  const char* Name() const override { return "maillage.postings"; }
};

// Drops index rows of which nothing is left but their key, which may be the
// address of somebody who was erased.
class EmptyPostingFilter : public rocksdb::CompactionFilter {
 public:
  Decision FilterV2(int, const rocksdb::Slice&, ValueType type, const rocksdb::Slice& value,
                    std::string*, std::string*) const override {
    const bool empty = type == ValueType::kValue && IsEmptyPosting(ToView(value));
    return empty ? Decision::kRemove : Decision::kKeep;
  }
  const char* Name() const override { return "maillage.postings"; }
};

rocksdb::ColumnFamilyOptions FamilyOptions(Family family, const DatabaseOptions& options,
                                           const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions cf;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  cf.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  cf.compression = options.compress ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  cf.write_buffer_size = kWriteBufferBytes;
  if (family == Family::kPostings) {
    cf.merge_operator = std::make_shared<PostingMergeOperator>();
    static const auto& filter = *new EmptyPostingFilter;
    cf.compaction_filter = &filter;
  }
  return cf;
}

rocksdb::DBOptions DbOptions(rocksdb::Env* env) {
  rocksdb::DBOptions db;
  db.create_if_missing = true;
  db.create_missing_column_families = true;
  db.db_write_buffer_size = kAllWriteBuffersBytes;
  db.max_total_wal_size = kAllWriteBuffersBytes;
  db.max_background_jobs = 2;
  db.keep_log_file_num = 3;
  // Both would keep keys: RocksDB's own log, and bounds of files long gone.
  db.info_log_level = rocksdb::WARN_LEVEL;
  db.max_manifest_file_size = 1;
  db.max_open_files = 512;
  if (env != nullptr) db.env = env;
  return db;
}

}  // namespace

// The database and everything whose life it holds.
struct Database::Impl {
  std::unique_ptr<rocksdb::Env> memory_env;  // outlives db
  std::shared_ptr<rocksdb::Cache> cache;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::unique_ptr<Reader> latest;

  ~Impl() {
    latest.reset();
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
      if (db) db->DestroyColumnFamilyHandle(handle);
    }
  }
  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles[static_cast<size_t>(family)];
  }
};

namespace {

// Reads through a RocksDB snapshot, or the newest state where it is null.
template <typename Impl>
class RocksReader : public Reader {
 public:
  RocksReader(const Impl* impl, const rocksdb::Snapshot* snapshot)
      : impl_(impl), snapshot_(snapshot) {}
  ~RocksReader() override {
    if (snapshot_ != nullptr) impl_->db->ReleaseSnapshot(snapshot_);
  }

  absl::StatusOr<std::optional<std::string>> Get(Family family,
                                                 absl::string_view key) const override {
    std::string value;
    const rocksdb::Status status =
        impl_->db->Get(Options(), impl_->handle(family), ToSlice(key), &value);
    if (status.IsNotFound()) return std::nullopt;
    RETURN_IF_ERROR(FromRocks(status));
    return value;
  }

  absl::Status Scan(Family family, absl::string_view first, absl::string_view limit,
                    Visitor visit) const override {
    rocksdb::ReadOptions options = Options();
    const rocksdb::Slice bound = ToSlice(limit);
    if (!limit.empty()) options.iterate_upper_bound = &bound;
    const std::unique_ptr<rocksdb::Iterator> it(
        impl_->db->NewIterator(options, impl_->handle(family)));
    for (it->Seek(ToSlice(first)); it->Valid(); it->Next()) {
      if (!visit(ToView(it->key()), ToView(it->value()))) return absl::OkStatus();
    }
    return FromRocks(it->status());
  }

 private:
  rocksdb::ReadOptions Options() const {
    rocksdb::ReadOptions options;
    options.snapshot = snapshot_;
    return options;
  }

  const Impl* const impl_;
  const rocksdb::Snapshot* const snapshot_;
};

// Writes the schema version into a new database; refuses a newer one.
absl::Status CheckSchema(Database* database) {
  ASSIGN_OR_RETURN(const std::optional<std::string> stored,
                   database->latest().Get(Family::kMeta, kSchemaKey));
  if (!stored.has_value()) {
    Batch batch;
    std::string value;
    AppendU32(&value, kSchemaVersion);
    batch.Put(Family::kMeta, kSchemaKey, value);
    return database->Apply(batch, /*sync=*/true);
  }
  if (stored->size() != 4) return DataLoss("BAD_ROW", "the schema version cannot be read");
  if (const uint32_t version = ReadU32(*stored); version > kSchemaVersion) {
    return FailedPrecondition("NEWER_SCHEMA",
                              absl::StrCat("the data has schema version ", version,
                                           ", this program knows ", kSchemaVersion),
                              "run the version of maillaged that wrote the data, or a newer one");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::unique_ptr<Database>> Database::Open(const DatabaseOptions& options) {
  auto impl = std::make_unique<Impl>();
  if (options.in_memory) {
    impl->memory_env.reset(rocksdb::NewMemEnv(rocksdb::Env::Default()));
    RETURN_IF_ERROR(FromRocks(impl->memory_env->CreateDirIfMissing(options.path)));
  }
  impl->cache = rocksdb::NewLRUCache(kBlockCacheBytes);
  std::vector<rocksdb::ColumnFamilyDescriptor> descriptors;
  for (int i = 0; i < kFamilyCount; ++i) {
    const auto family = static_cast<Family>(i);
    descriptors.emplace_back(std::string(FamilyName(family)),
                             FamilyOptions(family, options, impl->cache));
  }
  descriptors.emplace_back(rocksdb::kDefaultColumnFamilyName, rocksdb::ColumnFamilyOptions());
  rocksdb::DB* db = nullptr;
  RETURN_IF_ERROR(FromRocks(rocksdb::DB::Open(DbOptions(impl->memory_env.get()), options.path,
                                              descriptors, &impl->handles, &db)));
  impl->db.reset(db);
  impl->latest = std::make_unique<RocksReader<Impl>>(impl.get(), nullptr);
  std::unique_ptr<Database> database(new Database(std::move(impl)));
  RETURN_IF_ERROR(CheckSchema(database.get()));
  return database;
}

Database::Database(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Database::~Database() = default;

std::shared_ptr<const Reader> Database::Snapshot() const {
  return std::make_shared<RocksReader<Impl>>(impl_.get(), impl_->db->GetSnapshot());
}

const Reader& Database::latest() const { return *impl_->latest; }

absl::Status Database::Apply(const Batch& batch, bool sync) {
  rocksdb::WriteBatch writes(batch.bytes() + batch.ops().size() * 8);
  for (const Batch::Op& op : batch.ops()) {
    rocksdb::ColumnFamilyHandle* family = impl_->handle(op.family);
    switch (op.kind) {
      case Batch::Kind::kPut:
        RETURN_IF_ERROR(FromRocks(writes.Put(family, op.key, op.value)));
        break;
      case Batch::Kind::kDelete:
        RETURN_IF_ERROR(FromRocks(writes.Delete(family, op.key)));
        break;
      case Batch::Kind::kMerge:
        RETURN_IF_ERROR(FromRocks(writes.Merge(family, op.key, op.value)));
        break;
    }
  }
  rocksdb::WriteOptions options;
  options.sync = sync;
  return FromRocks(impl_->db->Write(options, &writes));
}

uint64_t Database::Mark() const { return impl_->db->GetLatestSequenceNumber(); }

absl::Status Database::Purge(const std::vector<KeyRange>& ranges, uint64_t mark) const {
  uint64_t oldest = 0;
  impl_->db->GetIntProperty(rocksdb::DB::Properties::kOldestSnapshotSequence, &oldest);
  if (oldest != 0 && oldest < mark) {
    return Unavailable("PINNED", "an older state of the database is still being read");
  }
  // The log of writes goes when no family needs it any more.
  RETURN_IF_ERROR(FromRocks(impl_->db->Flush({}, impl_->handles)));
  rocksdb::CompactRangeOptions options;
  options.bottommost_level_compaction = rocksdb::BottommostLevelCompaction::kForce;
  options.exclusive_manual_compaction = false;
  for (const KeyRange& range : ranges) {
    const rocksdb::Slice first = ToSlice(range.first);
    const rocksdb::Slice limit = ToSlice(range.limit);
    // A posting becomes empty in one pass and goes in the next.
    for (int pass = range.family == Family::kPostings ? 2 : 1; pass > 0; --pass) {
      RETURN_IF_ERROR(FromRocks(impl_->db->CompactRange(options, impl_->handle(range.family),
                                                        range.first.empty() ? nullptr : &first,
                                                        range.limit.empty() ? nullptr : &limit)));
    }
  }
  return RenewManifest();
}

// A manifest tells the bounds of files as they were before its last change, so
// one more change follows.
absl::Status Database::RenewManifest() const {
  std::string value;
  AppendU64(&value, Mark());
  rocksdb::ColumnFamilyHandle* meta = impl_->handle(Family::kMeta);
  RETURN_IF_ERROR(FromRocks(impl_->db->Put({}, meta, kPurgeKey, value)));
  return FromRocks(impl_->db->Flush({}, meta));
}

}  // namespace maillage::storage

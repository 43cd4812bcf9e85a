#include "server/storage/database.h"

#include <rocksdb/write_batch.h>

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/storage/rocks.h"

namespace maillage::storage {
namespace {

constexpr char kSchemaKey[] = "schema_version";
constexpr char kPurgeKey[] = "purged";  // mark(8) of the last purge
constexpr size_t kBlockCacheBytes = 64 << 20;

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
  impl->options = options;
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
  ASSIGN_OR_RETURN(
      impl->staging,
      OpenFolder(impl->env(), options.staging.empty() ? absl::StrCat(options.path, "-staging")
                                                      : options.staging));
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
Folder& Database::staging() const { return *impl_->staging; }

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

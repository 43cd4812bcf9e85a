#include "server/storage/rocks.h"

#include <rocksdb/compaction_filter.h>
#include <rocksdb/filter_policy.h>
#include <rocksdb/merge_operator.h>
#include <rocksdb/slice_transform.h>
#include <rocksdb/table.h>

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/ids.h"
#include "server/storage/postings.h"

namespace maillage::storage {
namespace {

constexpr size_t kWriteBufferBytes = 16 << 20;
constexpr size_t kAllWriteBuffersBytes = 96 << 20;
// Files that are merged together with what lies below them, and levels whose files
// do not live long enough for compressing to pay.
constexpr int kMergedFiles = 8;
constexpr int kFreshLevels = 2;
// An ingestion adds a file a chunk: compactions have time to catch up before
// writers are slowed down.
constexpr int kSlowdownFiles = 80;
constexpr int kStopFiles = 200;

// Bytes of a key after which most writes rise: memory is searched from the last
// one on. 0: they come in any order.
size_t RisingAfter(Family family) {
  switch (family) {
    case Family::kActors:
      return 4;
    case Family::kLog:
      return NodeId::kSize + ShareId::kSize;
    case Family::kWhere:
      return NodeId::kSize;
    case Family::kTree:
      return NodeId::kSize + ShareId::kSize + 1;
    default:
      return 0;
  }
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

}  // namespace

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

rocksdb::ColumnFamilyOptions FamilyOptions(Family family, const DatabaseOptions& options,
                                           const std::shared_ptr<rocksdb::Cache>& cache) {
  rocksdb::ColumnFamilyOptions cf;
  rocksdb::BlockBasedTableOptions table;
  table.block_cache = cache;
  table.filter_policy.reset(rocksdb::NewBloomFilterPolicy(10));
  table.cache_index_and_filter_blocks = true;
  table.pin_l0_filter_and_index_blocks_in_cache = true;
  // In pieces, so that looking up one row does not read what a whole file needs.
  table.index_type = rocksdb::BlockBasedTableOptions::kTwoLevelIndexSearch;
  table.partition_filters = true;
  table.cache_index_and_filter_blocks_with_high_priority = true;
  cf.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  // What is looked up by key is mostly there: filters of the last level, nine tenths
  // of all, would answer yes.
  cf.optimize_filters_for_hits = family != Family::kWhere;
  cf.compression = options.compress ? rocksdb::kLZ4Compression : rocksdb::kNoCompression;
  cf.compression_per_level.assign(cf.num_levels, cf.compression);
  std::fill_n(cf.compression_per_level.begin(), kFreshLevels, rocksdb::kNoCompression);
  cf.level0_file_num_compaction_trigger = kMergedFiles;
  if (const size_t prefix = RisingAfter(family); prefix > 0) {
    cf.memtable_insert_with_hint_prefix_extractor.reset(rocksdb::NewCappedPrefixTransform(prefix));
  }
  cf.write_buffer_size = kWriteBufferBytes;
  cf.level0_slowdown_writes_trigger = kSlowdownFiles;
  cf.level0_stop_writes_trigger = kStopFiles;
  if (family == Family::kPostings) {
    cf.merge_operator = std::make_shared<PostingMergeOperator>();
    static const auto& filter = *new EmptyPostingFilter;
    cf.compaction_filter = &filter;
    // Straight to the last level while that is small: only there changes become bitmaps.
    cf.level_compaction_dynamic_level_bytes = true;
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

}  // namespace maillage::storage

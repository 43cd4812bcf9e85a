// What the files of this room that include RocksDB have in common.
#ifndef SERVER_STORAGE_ROCKS_H_
#define SERVER_STORAGE_ROCKS_H_

#include <rocksdb/cache.h>
#include <rocksdb/db.h>
#include <rocksdb/env.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/storage/database.h"

namespace maillage::storage {

inline rocksdb::Slice ToSlice(absl::string_view text) { return {text.data(), text.size()}; }
inline absl::string_view ToView(const rocksdb::Slice& slice) {
  return {slice.data(), slice.size()};
}

// The one place where RocksDB's errors become ours.
absl::Status FromRocks(const rocksdb::Status& status);

rocksdb::ColumnFamilyOptions FamilyOptions(Family family, const DatabaseOptions& options,
                                           const std::shared_ptr<rocksdb::Cache>& cache);
rocksdb::DBOptions DbOptions(rocksdb::Env* env);

// Makes the folder where there is none, and removes all but spools.
absl::StatusOr<std::unique_ptr<Folder>> OpenFolder(rocksdb::Env* env, const std::string& path);
// How the files of an ingestion end.
inline constexpr absl::string_view kTableSuffix = ".sst";

// The database and everything whose life it holds.
struct Database::Impl {
  DatabaseOptions options;
  std::unique_ptr<rocksdb::Env> memory_env;  // outlives db
  std::shared_ptr<rocksdb::Cache> cache;
  std::unique_ptr<rocksdb::DB> db;
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  std::unique_ptr<Reader> latest;
  std::unique_ptr<Folder> staging;

  ~Impl() {
    latest.reset();
    for (rocksdb::ColumnFamilyHandle* handle : handles) {
      if (db) db->DestroyColumnFamilyHandle(handle);
    }
  }
  rocksdb::Env* env() const {
    return memory_env == nullptr ? rocksdb::Env::Default() : memory_env.get();
  }
  rocksdb::ColumnFamilyHandle* handle(Family family) const {
    return handles[static_cast<size_t>(family)];
  }
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_ROCKS_H_

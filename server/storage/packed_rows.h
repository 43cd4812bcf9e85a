// Many rows in few allocations: what an ingestion sorts and writes.
#ifndef SERVER_STORAGE_PACKED_ROWS_H_
#define SERVER_STORAGE_PACKED_ROWS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/storage/batch.h"

namespace maillage::storage {

// Not thread safe. Knows nothing of the database. A family's rows stand in one
// buffer, which may grow to 4 GB.
class PackedRows {
 public:
  PackedRows() = default;
  // What a batch holds.
  PackedRows(const Batch& batch);  // NOLINT: a batch is such rows, packed otherwise

  void Put(Family family, absl::string_view key, absl::string_view value) {
    Add(Batch::Kind::kPut, family, key, value);
  }
  void Delete(Family family, absl::string_view key) { Add(Batch::Kind::kDelete, family, key, ""); }
  void Merge(Family family, absl::string_view key, absl::string_view operand) {
    Add(Batch::Kind::kMerge, family, key, operand);
  }
  void Append(const Batch& batch);

  // Takes all rows out, and makes room for as many again.
  PackedRows Release();

  bool empty() const { return bytes_ == 0; }
  // Bytes of keys and values.
  size_t bytes() const { return bytes_; }
  bool Has(Family family) const { return !tables_[static_cast<size_t>(family)].rows.empty(); }

  // Sorts a family's rows and visits them in the order of their keys, one
  // operation a key: the last put or deletion, or all merges as one. Puts and
  // merges of one key are not mixed: what merges is not put.
  using Visitor =
      absl::FunctionRef<absl::Status(Batch::Kind kind, absl::string_view key, absl::string_view)>;
  absl::Status ForEach(Family family, Visitor visit);

 private:
  struct Row {
    uint64_t order = 0;  // by what follows the part that all keys share
    uint32_t at = 0;     // of the key, which the value follows
    uint32_t key_size = 0;
    uint32_t value_size = 0;
    Batch::Kind kind = Batch::Kind::kPut;
  };
  struct Table {
    absl::string_view KeyOf(const Row& row) const { return {bytes.data() + row.at, row.key_size}; }
    absl::string_view ValueOf(const Row& row) const {
      return {bytes.data() + row.at + row.key_size, row.value_size};
    }
    void Sort();

    std::string bytes;
    std::vector<Row> rows;
  };

  void Add(Batch::Kind kind, Family family, absl::string_view key, absl::string_view value);

  std::array<Table, kFamilyCount> tables_;
  size_t bytes_ = 0;
};

}  // namespace maillage::storage

#endif  // SERVER_STORAGE_PACKED_ROWS_H_

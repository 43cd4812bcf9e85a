#include "server/directory/import_batches.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::directory {
namespace {

using storage::Family;

constexpr absl::string_view kPrefix = "importBatches/";

// Those whose name begins so, in order of names: the oldest first.
absl::StatusOr<std::vector<v1::ImportBatch>> ReadBatches(const storage::Reader& reader,
                                                         absl::string_view prefix) {
  std::vector<v1::ImportBatch> batches;
  absl::Status status;
  RETURN_IF_ERROR(reader.ScanPrefix(
      Family::kObjects, prefix, [&](absl::string_view key, absl::string_view row) {
        v1::ImportBatch batch;
        if (!batch.ParseFromArray(row.data(), static_cast<int>(row.size()))) {
          status =
              DataLoss("BAD_ROW", absl::StrCat(key, " cannot be read"), "restore from a backup");
          return false;
        }
        batches.push_back(std::move(batch));
        return true;
      }));
  RETURN_IF_ERROR(status);
  return batches;
}

}  // namespace

absl::StatusOr<std::vector<v1::ImportBatch>> ImportBatches::List() const {
  ASSIGN_OR_RETURN(std::vector<v1::ImportBatch> batches, ReadBatches(database_->latest(), kPrefix));
  std::reverse(batches.begin(), batches.end());
  return batches;
}

absl::StatusOr<v1::ImportBatch> ImportBatches::Find(absl::string_view name) const {
  const absl::string_view id = absl::StripPrefix(name, kPrefix);
  ASSIGN_OR_RETURN(const std::vector<v1::ImportBatch> batches,
                   ReadBatches(database_->latest(), absl::StrCat(kPrefix, id)));
  if (id.empty() || batches.empty()) {
    return NotFound("NO_IMPORT_BATCH", absl::StrCat("no import is called '", id, "'"),
                    "list them with `maillage actor imports`");
  }
  if (batches.size() == 1) return batches.front();
  return InvalidArgument("AMBIGUOUS_IMPORT_BATCH",
                         absl::StrCat(batches.size(), " imports begin with '", id, "'"),
                         "give more of the name");
}

}  // namespace maillage::directory

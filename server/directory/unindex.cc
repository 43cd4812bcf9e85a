#include "server/directory/unindex.h"

#include <set>
#include <string>

#include "client/base/encoding.h"
#include "client/base/status_macros.h"
#include "server/storage/postings.h"

namespace maillage::directory {

using storage::Family;

absl::Status Unindex(const storage::Reader& reader, const NodeId& origin,
                     const std::vector<RecordId>& ids, storage::Batch* writes) {
  std::set<uint32_t> ordinals;
  for (const RecordId& id : ids) {
    const std::string reverse = storage::ReverseOrdinalKey(origin, id);
    ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kOrdinals, reverse));
    if (!row.has_value()) continue;
    writes->Delete(Family::kOrdinals, reverse);
    if (row->size() != 4) continue;
    ordinals.insert(ReadU32(*row));
    writes->Delete(Family::kOrdinals, storage::OrdinalKey(ReadU32(*row)));
  }
  if (ordinals.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(
      reader.ScanPrefix(Family::kSorted, "", [&](absl::string_view key, absl::string_view) {
        if (ordinals.contains(ReadU32(key.substr(key.size() - 4)))) {
          writes->Delete(Family::kSorted, std::string(key));
        }
        return true;
      }));
  return storage::RemoveFromPostings(reader, {ordinals.begin(), ordinals.end()}, writes);
}

}  // namespace maillage::directory

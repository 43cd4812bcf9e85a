// Rows of the share log and beside it.
//
//   log    NODE SHARE seq      a serialised Entry
//   where  NODE id SHARE       directory::Sighting: the newest entry of a record in a share
//   meta   "share-seq/" SHARE  seq(8): last one given out in an own share
#ifndef SERVER_SHARING_SHARE_LOG_H_
#define SERVER_SHARING_SHARE_LOG_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/directory/shown.h"
#include "server/storage/batch.h"
#include "server/storage/reader.h"

namespace maillage::sharing {

// Meta row of the last seq that was given out.
inline constexpr char kSeqPrefix[] = "share-seq/";
std::string SeqKey(const ShareId& share);
std::string EncodeSeq(uint64_t seq);
// 0 for no row; DATA_LOSS (BAD_ROW) on a wrong length.
absl::StatusOr<uint64_t> DecodeSeq(const std::optional<std::string>& row);

// What the `where` family says of an entry.
directory::Sighting SightingOf(const ShareId& share, const v1::Entry& entry);

// Bytes under the signature of an ERASE, whose name is "Erase".
std::string EraseBytes(const NodeId& origin, const RecordId& id, uint64_t seq);
inline constexpr char kEraseName[] = "Erase";

// Visits entries with after < seq <= last in order, until `visit` returns
// false; it may take the entry's content. DATA_LOSS (BAD_ROW).
absl::Status ForEachEntry(const storage::Reader& reader, const NodeId& origin, const ShareId& share,
                          uint64_t after, uint64_t last,
                          absl::FunctionRef<bool(v1::Entry* entry)> visit);

// Puts deletions before all else: where records swap seqs, the row that one of
// them leaves must not take along what the other wrote there.
void PutsLast(storage::Batch* writes);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SHARE_LOG_H_

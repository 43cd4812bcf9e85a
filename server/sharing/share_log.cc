#include "server/sharing/share_log.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {
namespace {

absl::Status BadRow(absl::string_view what) {
  return DataLoss("BAD_ROW", what, "restore from a backup");
}

}  // namespace

std::string SeqKey(const ShareId& share) { return absl::StrCat(kSeqPrefix, share.bytes()); }

std::string EncodeSeq(uint64_t seq) {
  std::string value;
  AppendU64(&value, seq);
  return value;
}

absl::StatusOr<uint64_t> DecodeSeq(const std::optional<std::string>& row) {
  if (!row.has_value()) return 0;
  if (row->size() != 8) return BadRow("the last number of a share log cannot be read");
  return ReadU64(*row);
}

directory::Sighting SightingOf(const ShareId& share, const v1::Entry& entry) {
  return {share, entry.seq(), entry.view(), entry.revision(), entry.kind()};
}

std::string EraseBytes(const NodeId& origin, const RecordId& id, uint64_t seq) {
  std::string bytes = absl::StrCat(origin.bytes(), id.bytes());
  AppendU64(&bytes, seq);
  return bytes;
}

absl::Status ForEachEntry(const storage::Reader& reader, const NodeId& origin, const ShareId& share,
                          uint64_t after, uint64_t last,
                          absl::FunctionRef<bool(v1::Entry* entry)> visit) {
  if (after >= last) return absl::OkStatus();
  const std::string limit = last == UINT64_MAX
                                ? storage::PrefixEnd(storage::LogPrefix(origin, share))
                                : storage::LogKey(origin, share, last + 1);
  absl::Status bad;
  v1::Entry entry;
  RETURN_IF_ERROR(
      reader.Scan(storage::Family::kLog, storage::LogKey(origin, share, after + 1), limit,
                  [&](absl::string_view key, absl::string_view value) {
                    if (!entry.ParseFromArray(value.data(), static_cast<int>(value.size())) ||
                        entry.seq() != ReadU64(key.substr(key.size() - 8))) {
                      bad = BadRow("an entry of a share log cannot be read");
                      return false;
                    }
                    return visit(&entry);
                  }));
  return bad;
}

void PutsLast(storage::Batch* writes) {
  using storage::Batch;
  Batch ordered;
  for (const Batch::Op& op : writes->ops()) {
    if (op.kind == Batch::Kind::kDelete) ordered.Delete(op.family, op.key);
  }
  for (const Batch::Op& op : writes->ops()) {
    if (op.kind == Batch::Kind::kPut) ordered.Put(op.family, op.key, op.value);
    if (op.kind == Batch::Kind::kMerge) ordered.Merge(op.family, op.key, op.value);
  }
  *writes = std::move(ordered);
}

}  // namespace maillage::sharing

#include "server/sharing/tree.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/storage/schema.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// With the zero byte that ends them.
constexpr absl::string_view kLeafDomain("maillage/v1/leaf\0", 17);
constexpr absl::string_view kBucketDomain("maillage/v1/bucket\0", 19);
constexpr absl::string_view kInnerDomain("maillage/v1/inner\0", 18);

absl::string_view ViewOf(const std::string& bytes) { return {bytes.data(), bytes.size()}; }

// The bits of a prefix that say which child of its parent at `level` a node is.
int ChildIndex(uint8_t level, uint16_t prefix) { return prefix >> (12 - 4 * level) & 0xf; }

uint16_t ParentPrefix(uint8_t level, uint16_t prefix) {
  return level == 0 ? 0 : static_cast<uint16_t>(prefix & 0xffff << (16 - 4 * level));
}

bool IsZero(absl::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) { return c == 0; });
}

}  // namespace

Hash LeafHash(const v1::Entry& entry) {
  std::string fixed;
  fixed.reserve(kLeafDomain.size() + 64);
  fixed.append(kLeafDomain.data(), kLeafDomain.size());
  fixed.append(entry.id());
  AppendU64(&fixed, entry.seq());
  fixed.push_back(static_cast<char>(entry.kind()));
  fixed.push_back(static_cast<char>(entry.view()));
  AppendU64(&fixed, entry.revision());
  AppendU32(&fixed, static_cast<uint32_t>(entry.payload().size()));
  return Sha256::ThisThread().Begin().Add(ViewOf(fixed)).Add(ViewOf(entry.payload())).Finish();
}

Hash BucketHash(absl::string_view row) {
  if (row.empty()) return Hash();
  return Sha256::ThisThread().Begin().Add(kBucketDomain).Add(row).Finish();
}

Hash InnerHash(absl::string_view row) {
  if (IsZero(row)) return Hash();
  return Sha256::ThisThread().Begin().Add(kInnerDomain).Add(row).Finish();
}

uint16_t TreePosition(const RecordId& id) {
  const Hash hash = Sha256::ThisThread().Begin().Add(id.bytes()).Finish();
  return static_cast<uint16_t>(static_cast<uint8_t>(hash.bytes()[0]) << 8 |
                               static_cast<uint8_t>(hash.bytes()[1]));
}

void TreeUpdate::Add(const RecordId& id, const Hash& leaf, bool live) {
  changes_.push_back({TreePosition(id), id, leaf, live});
}

void TreeUpdate::SortChanges() {
  std::stable_sort(changes_.begin(), changes_.end(), [](const Change& a, const Change& b) {
    return a.position != b.position ? a.position < b.position : a.id < b.id;
  });
  size_t kept = 0;
  for (size_t i = 0; i < changes_.size(); ++i) {
    if (i + 1 < changes_.size() && changes_[i + 1].id == changes_[i].id) continue;
    if (kept != i) changes_[kept] = changes_[i];
    ++kept;
  }
  changes_.resize(kept);
}

absl::StatusOr<TreeUpdate::Result> TreeUpdate::Apply(const storage::Reader* stored,
                                                     storage::Batch* rows) {
  stored_ = stored;
  rows_ = rows;
  Result result;
  if (changes_.empty()) {
    ASSIGN_OR_RETURN(const std::string top, ReadRow(0, 0));
    result.root = InnerHash(ViewOf(top));
    return result;
  }
  SortChanges();
  ASSIGN_OR_RETURN(std::vector<Node> nodes, UpdateBuckets(&result.live_delta));
  for (int level = kTreeDepth - 1; level >= 0; --level) {
    ASSIGN_OR_RETURN(nodes, UpdateInner(static_cast<uint8_t>(level), nodes));
  }
  result.root = nodes.front().hash;
  return result;
}

absl::StatusOr<std::string> TreeUpdate::ReadRow(uint8_t level, uint16_t prefix) const {
  std::optional<std::string> row;
  if (stored_ != nullptr) {
    ASSIGN_OR_RETURN(row,
                     stored_->Get(Family::kTree, storage::TreeKey(origin_, share_, level, prefix)));
  }
  if (level == kTreeDepth) {
    if (!row.has_value()) return std::string();
    if (row->size() % kLeafRowBytes == 0) return *std::move(row);
  } else {
    if (!row.has_value()) return std::string(kInnerRowBytes, '\0');
    if (row->size() == kInnerRowBytes) return *std::move(row);
  }
  return DataLoss(
      "BAD_TREE",
      absl::StrCat("a row of the tree of share ", ToText(share_), " has ", row->size(), " bytes"),
      "drop the share and subscribe to it again");
}

void TreeUpdate::WriteRow(uint8_t level, uint16_t prefix, const Hash& hash, std::string row) {
  std::string key = storage::TreeKey(origin_, share_, level, prefix);
  if (hash.is_zero()) {
    // Even where no row is stored: an earlier update may still be on its way.
    rows_->Delete(Family::kTree, std::move(key));
  } else {
    rows_->Put(Family::kTree, std::move(key), std::move(row));
  }
}

absl::StatusOr<std::vector<TreeUpdate::Node>> TreeUpdate::UpdateBuckets(int64_t* live_delta) {
  std::vector<Node> nodes;
  for (size_t i = 0; i < changes_.size();) {
    const uint16_t position = changes_[i].position;
    ASSIGN_OR_RETURN(const std::string old_row, ReadRow(kTreeDepth, position));
    std::string row;
    size_t at = 0;
    const auto old_id = [&] { return ViewOf(old_row).substr(at, RecordId::kSize); };
    for (; i < changes_.size() && changes_[i].position == position; ++i) {
      const Change& change = changes_[i];
      while (at < old_row.size() && old_id() < change.id.bytes()) {
        row.append(old_row, at, kLeafRowBytes);
        at += kLeafRowBytes;
      }
      if (at < old_row.size() && old_id() == change.id.bytes()) at += kLeafRowBytes;
      if (change.live) absl::StrAppend(&row, change.id.bytes(), change.leaf.bytes());
    }
    row.append(old_row, at);
    *live_delta += (static_cast<int64_t>(row.size()) - static_cast<int64_t>(old_row.size())) /
                   static_cast<int64_t>(kLeafRowBytes);
    const Hash hash = BucketHash(ViewOf(row));
    WriteRow(kTreeDepth, position, hash, std::move(row));
    nodes.push_back({position, hash});
  }
  return nodes;
}

absl::StatusOr<std::vector<TreeUpdate::Node>> TreeUpdate::UpdateInner(
    uint8_t level, const std::vector<Node>& children) {
  std::vector<Node> nodes;
  for (size_t i = 0; i < children.size();) {
    const uint16_t prefix = ParentPrefix(level, children[i].prefix);
    ASSIGN_OR_RETURN(std::string row, ReadRow(level, prefix));
    for (; i < children.size() && ParentPrefix(level, children[i].prefix) == prefix; ++i) {
      const auto hash = children[i].hash.bytes();
      row.replace(ChildIndex(level, children[i].prefix) * Hash::kSize, Hash::kSize, hash.data(),
                  hash.size());
    }
    const Hash hash = InnerHash(ViewOf(row));
    WriteRow(level, prefix, hash, std::move(row));
    nodes.push_back({prefix, hash});
  }
  return nodes;
}

absl::Status DeleteTree(const storage::Reader& stored, const NodeId& origin, const ShareId& share,
                        storage::Batch* rows) {
  return stored.ScanPrefix(Family::kTree, storage::TreePrefix(origin, share),
                           [&](absl::string_view key, absl::string_view) {
                             rows->Delete(Family::kTree, std::string(key));
                             return true;
                           });
}

}  // namespace maillage::sharing

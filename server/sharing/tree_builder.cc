#include "server/sharing/tree_builder.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/storage/schema.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// Rows that go to the sink together.
constexpr size_t kFlushBytes = 4 << 20;

uint16_t ParentOf(uint8_t level, uint16_t prefix) {
  return level == 0 ? 0 : static_cast<uint16_t>(prefix & 0xffff << (16 - 4 * level));
}

}  // namespace

absl::Status TreeBuilder::Add(const LeafChange& change) {
  if (!in_bucket_ || change.position != position_) {
    RETURN_IF_ERROR(EndBucket());
    RETURN_IF_ERROR(BeginBucket(change.position));
  }
  const auto old_id = [&] { return absl::string_view(old_row_).substr(old_at_, RecordId::kSize); };
  while (old_at_ < old_row_.size() && old_id() < change.id.bytes()) {
    row_.append(old_row_, old_at_, kLeafRowBytes);
    old_at_ += kLeafRowBytes;
  }
  if (old_at_ < old_row_.size() && old_id() == change.id.bytes()) old_at_ += kLeafRowBytes;
  if (change.live) absl::StrAppend(&row_, change.id.bytes(), change.leaf.bytes());
  return absl::OkStatus();
}

absl::Status TreeBuilder::BeginBucket(uint16_t position) {
  in_bucket_ = true;
  position_ = position;
  old_at_ = 0;
  row_.clear();
  ASSIGN_OR_RETURN(old_row_, ReadRow(kTreeDepth, position));
  return absl::OkStatus();
}

absl::Status TreeBuilder::EndBucket() {
  if (!std::exchange(in_bucket_, false)) return absl::OkStatus();
  row_.append(old_row_, old_at_);
  live_delta_ += (static_cast<int64_t>(row_.size()) - static_cast<int64_t>(old_row_.size())) /
                 static_cast<int64_t>(kLeafRowBytes);
  const Hash hash = BucketHash(row_);
  buckets_.push_back({position_, hash});
  return WriteRow(kTreeDepth, position_, hash, row_);
}

absl::StatusOr<TreeUpdate::Result> TreeBuilder::Finish() {
  RETURN_IF_ERROR(EndBucket());
  TreeUpdate::Result result;
  result.live_delta = live_delta_;
  if (buckets_.empty()) {
    ASSIGN_OR_RETURN(const std::string top, ReadRow(0, 0));
    result.root = InnerHash(top);
    return result;
  }
  std::vector<Node> nodes = std::move(buckets_);
  for (int level = kTreeDepth - 1; level >= 0; --level) {
    ASSIGN_OR_RETURN(nodes, Parents(static_cast<uint8_t>(level), nodes));
  }
  result.root = nodes.front().hash;
  RETURN_IF_ERROR(Flush());
  return result;
}

absl::StatusOr<std::vector<TreeBuilder::Node>> TreeBuilder::Parents(
    uint8_t level, const std::vector<Node>& children) {
  std::vector<Node> nodes;
  for (size_t i = 0; i < children.size();) {
    const uint16_t prefix = ParentOf(level, children[i].prefix);
    ASSIGN_OR_RETURN(std::string row, ReadRow(level, prefix));
    for (; i < children.size() && ParentOf(level, children[i].prefix) == prefix; ++i) {
      const auto hash = children[i].hash.bytes();
      const int index = children[i].prefix >> (12 - 4 * level) & 0xf;
      row.replace(index * Hash::kSize, Hash::kSize, hash.data(), hash.size());
    }
    const Hash hash = InnerHash(row);
    RETURN_IF_ERROR(WriteRow(level, prefix, hash, std::move(row)));
    nodes.push_back({prefix, hash});
  }
  return nodes;
}

absl::StatusOr<std::string> TreeBuilder::ReadRow(uint8_t level, uint16_t prefix) const {
  std::optional<std::string> row;
  if (stored_ != nullptr) {
    ASSIGN_OR_RETURN(row,
                     stored_->Get(Family::kTree, storage::TreeKey(origin_, share_, level, prefix)));
  }
  const bool bucket = level == kTreeDepth;
  if (!row.has_value()) return std::string(bucket ? 0 : kInnerRowBytes, '\0');
  const bool good = bucket ? row->size() % kLeafRowBytes == 0 : row->size() == kInnerRowBytes;
  if (good) return *std::move(row);
  return DataLoss(
      "BAD_TREE",
      absl::StrCat("a row of the tree of share ", ToText(share_), " has ", row->size(), " bytes"),
      "drop the share and subscribe to it again");
}

absl::Status TreeBuilder::WriteRow(uint8_t level, uint16_t prefix, const Hash& hash,
                                   std::string row) {
  std::string key = storage::TreeKey(origin_, share_, level, prefix);
  if (hash.is_zero()) {
    rows_.Delete(Family::kTree, std::move(key));
  } else {
    rows_.Put(Family::kTree, std::move(key), std::move(row));
  }
  return rows_.bytes() < kFlushBytes ? absl::OkStatus() : Flush();
}

absl::Status TreeBuilder::Flush() {
  if (rows_.empty()) return absl::OkStatus();
  return sink_(std::exchange(rows_, storage::Batch()));
}

}  // namespace maillage::sharing

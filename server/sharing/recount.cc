#include "server/sharing/recount.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/status_macros.h"
#include "server/directory/shown.h"
#include "server/sharing/subscriber.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr size_t kPositions = 1 << 16;

// A log row, as far as it matters here.
struct Item {
  uint16_t position;
  RecordId id;
  uint64_t seq;
  uint64_t revision;
  v1::EntryKind kind;
  v1::View view;
  bool located = false;  // its where row fits
  Hash leaf;

  auto order() const { return std::tie(position, id, seq); }
};

class Recounter {
 public:
  Recounter(const storage::Reader& reader, const NodeId& origin, const ShareId& share)
      : reader_(reader), origin_(origin), share_(share), buckets_(kPositions) {}

  absl::StatusOr<Recount> Run(size_t rows_at_once);

 private:
  absl::Status CountRows();
  // Positions from `first` up to `limit`.
  absl::Status Pass(uint32_t first, uint32_t limit);
  absl::Status ReadLog();
  void AddItem(uint64_t seq, absl::string_view value);
  void DropOlder();
  absl::Status ReadWhere();
  void Locate(const RecordId& id, absl::string_view value);
  absl::Status CheckBuckets();
  // `row` is the stored one, `items` are those of its position.
  void CheckBucket(uint16_t position, absl::string_view stored);
  void Doubt(absl::string_view stored, absl::string_view made);
  absl::Status CheckInner(uint8_t level);
  void Mend(uint8_t level, uint16_t prefix, const Hash& hash, std::string row);

  bool InPass(uint32_t position) const { return position >= first_ && position < limit_; }
  void AddUnsound(const Item& item) { recount_.unsound[item.id].push_back(item.seq); }

  const storage::Reader& reader_;
  const NodeId origin_;
  const ShareId share_;
  Recount recount_;
  uint32_t first_ = 0;
  uint32_t limit_ = 0;
  std::vector<Item> items_;
  std::vector<Item>::iterator next_;  // of CheckBuckets()
  std::vector<Hash> buckets_;         // then the level above, and so on
};

absl::StatusOr<Recount> Recounter::Run(size_t rows_at_once) {
  ASSIGN_OR_RETURN(const ReceivedShare stored, ReceivedShare::Read(reader_, origin_, share_));
  recount_.head = stored.stored.head().payload();
  RETURN_IF_ERROR(CountRows());
  const auto passes =
      static_cast<uint32_t>(std::min<uint64_t>(kPositions, recount_.rows / rows_at_once + 1));
  for (uint32_t pass = 0; pass < passes; ++pass) {
    RETURN_IF_ERROR(Pass(kPositions * pass / passes, kPositions * (pass + 1) / passes));
  }
  for (int level = kTreeDepth - 1; level >= 0; --level) {
    RETURN_IF_ERROR(CheckInner(static_cast<uint8_t>(level)));
  }
  recount_.root = buckets_.front();
  return std::move(recount_);
}

absl::Status Recounter::CountRows() {
  return reader_.ScanPrefix(Family::kLog, storage::LogPrefix(origin_, share_),
                            [&](absl::string_view, absl::string_view) {
                              ++recount_.rows;
                              return true;
                            });
}

absl::Status Recounter::Pass(uint32_t first, uint32_t limit) {
  first_ = first;
  limit_ = limit;
  items_.clear();
  RETURN_IF_ERROR(ReadLog());
  std::sort(items_.begin(), items_.end(),
            [](const Item& a, const Item& b) { return a.order() < b.order(); });
  DropOlder();
  RETURN_IF_ERROR(ReadWhere());
  for (const Item& item : items_) {
    if (!item.located && !recount_.unsound.contains(item.id)) AddUnsound(item);
  }
  return CheckBuckets();
}

absl::Status Recounter::ReadLog() {
  return reader_.ScanPrefix(Family::kLog, storage::LogPrefix(origin_, share_),
                            [&](absl::string_view key, absl::string_view value) {
                              AddItem(ReadU64(key.substr(key.size() - 8)), value);
                              return true;
                            });
}

void Recounter::AddItem(uint64_t seq, absl::string_view value) {
  v1::Entry entry;
  Item item;
  if (!entry.ParseFromArray(value.data(), static_cast<int>(value.size())) || entry.seq() != seq ||
      !RecordId::FromBytes(entry.id(), &item.id)) {
    if (first_ == 0) recount_.unreadable.push_back(seq);  // once, not in each pass
    return;
  }
  item.position = TreePosition(item.id);
  if (!InPass(item.position)) return;
  item.seq = seq;
  item.revision = entry.revision();
  item.kind = entry.kind();
  item.view = entry.view();
  if (item.kind == v1::ENTRY_KIND_PUT) item.leaf = LeafHash(entry);
  items_.push_back(item);
}

void Recounter::DropOlder() {
  size_t kept = 0;
  for (size_t i = 0; i < items_.size();) {
    size_t end = i + 1;
    while (end < items_.size() && items_[end].id == items_[i].id) ++end;
    for (size_t j = i; end - i > 1 && j < end; ++j) AddUnsound(items_[j]);
    items_[kept++] = items_[end - 1];
    i = end;
  }
  items_.resize(kept);
}

absl::Status Recounter::ReadWhere() {
  constexpr size_t kKeyBytes = NodeId::kSize + RecordId::kSize + ShareId::kSize;
  return reader_.ScanPrefix(Family::kWhere, origin_.bytes(),
                            [&](absl::string_view key, absl::string_view value) {
                              if (key.size() == kKeyBytes &&
                                  key.substr(NodeId::kSize + RecordId::kSize) == share_.bytes()) {
                                Locate(RecordId(key.substr(NodeId::kSize, RecordId::kSize)), value);
                              }
                              return true;
                            });
}

void Recounter::Locate(const RecordId& id, absl::string_view value) {
  const uint16_t position = TreePosition(id);
  if (!InPass(position)) return;
  const auto item =
      std::lower_bound(items_.begin(), items_.end(), id, [&](const Item& a, const RecordId& b) {
        return std::tie(a.position, a.id) < std::tie(position, b);
      });
  if (item == items_.end() || item->id != id) {
    recount_.unsound[id];  // its log row is lost
    return;
  }
  const auto sighting = directory::DecodeSighting(share_, value);
  // A link's messages have no view here (see ShownChanges).
  item->located = sighting.ok() && sighting->seq == item->seq && sighting->kind == item->kind &&
                  sighting->revision == item->revision &&
                  (sighting->view == item->view || sighting->view == v1::VIEW_UNSPECIFIED);
}

absl::Status Recounter::CheckBuckets() {
  next_ = items_.begin();
  uint32_t position = first_;
  const std::string end = limit_ == kPositions
                              ? storage::PrefixEnd(storage::TreePrefix(origin_, share_))
                              : storage::TreeKey(origin_, share_, kTreeDepth, limit_);
  RETURN_IF_ERROR(reader_.Scan(
      Family::kTree, storage::TreeKey(origin_, share_, kTreeDepth, static_cast<uint16_t>(first_)),
      end, [&](absl::string_view key, absl::string_view value) {
        const uint16_t stored = ReadU16(key.substr(key.size() - 2));
        for (; position < stored; ++position) CheckBucket(static_cast<uint16_t>(position), "");
        CheckBucket(stored, value);
        position = stored + 1u;
        return true;
      }));
  for (; position < limit_; ++position) CheckBucket(static_cast<uint16_t>(position), "");
  return absl::OkStatus();
}

void Recounter::CheckBucket(uint16_t position, absl::string_view stored) {
  std::string row;
  for (; next_ != items_.end() && next_->position == position; ++next_) {
    if (next_->kind != v1::ENTRY_KIND_PUT) continue;
    absl::StrAppend(&row, next_->id.bytes(), next_->leaf.bytes());
  }
  recount_.live += row.size() / kLeafRowBytes;
  buckets_[position] = BucketHash(row);
  if (row == stored) return;
  Doubt(stored, row);
  Mend(kTreeDepth, position, buckets_[position], std::move(row));
}

void Recounter::Doubt(absl::string_view stored, absl::string_view made) {
  const auto leaves = [](absl::string_view row) {
    std::set<absl::string_view> all;
    for (; row.size() >= kLeafRowBytes; row.remove_prefix(kLeafRowBytes)) {
      all.insert(row.substr(0, kLeafRowBytes));
    }
    return all;
  };
  const auto a = leaves(stored);
  const auto b = leaves(made);
  for (const auto& [some, others] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
    for (const absl::string_view leaf : *some) {
      if (!others->contains(leaf)) recount_.doubtful.emplace(leaf.substr(0, RecordId::kSize));
    }
  }
}

absl::Status Recounter::CheckInner(uint8_t level) {
  std::map<uint16_t, std::string> stored;
  const std::string first = storage::TreeKey(origin_, share_, level, 0);
  const std::string end = storage::TreeKey(origin_, share_, level + 1, 0);
  RETURN_IF_ERROR(
      reader_.Scan(Family::kTree, first, end, [&](absl::string_view key, absl::string_view value) {
        stored[ReadU16(key.substr(key.size() - 2))] = std::string(value);
        return true;
      }));
  std::vector<Hash> above;
  for (size_t i = 0; i < buckets_.size(); i += kTreeFanOut) {
    std::string row;
    for (size_t child = i; child < i + kTreeFanOut; ++child)
      absl::StrAppend(&row, buckets_[child].bytes());
    const Hash& hash = above.emplace_back(InnerHash(row));
    const auto prefix =
        static_cast<uint16_t>(level == 0 ? 0 : (above.size() - 1) << (16 - 4 * level));
    const auto known = stored.find(prefix);
    const bool same = known == stored.end() ? hash.is_zero() : known->second == row;
    if (known != stored.end()) stored.erase(known);
    if (!same) Mend(level, prefix, hash, std::move(row));
  }
  // What is left stands under keys that no tree has.
  for (const auto& [prefix, row] : stored) Mend(level, prefix, Hash(), "");
  buckets_ = std::move(above);
  return absl::OkStatus();
}

void Recounter::Mend(uint8_t level, uint16_t prefix, const Hash& hash, std::string row) {
  std::string key = storage::TreeKey(origin_, share_, level, prefix);
  if (hash.is_zero()) {
    recount_.tree_rows.Delete(Family::kTree, std::move(key));
  } else {
    recount_.tree_rows.Put(Family::kTree, std::move(key), std::move(row));
  }
}

}  // namespace

bool Recount::Fits(const v1::Head& head) const {
  return tree_rows.empty() && unsound.empty() && unreadable.empty() && live == head.live_count() &&
         (head.root().empty() ? root.is_zero() : root.bytes() == absl::string_view(head.root()));
}

uint64_t Recount::DamagedRecords(const v1::Head& head) const {
  uint64_t damaged = std::max(unsound.size(), unreadable.size());
  if (root.bytes() == absl::string_view(head.root())) return damaged;
  for (const RecordId& id : doubtful) damaged += unsound.contains(id) ? 0 : 1;
  return damaged;
}

void Recount::Decide(const v1::Head& head) {
  if (root.bytes() == absl::string_view(head.root())) return doubtful.clear();
  for (const RecordId& id : doubtful) unsound[id];
  doubtful.clear();
}

absl::StatusOr<Recount> RecountShare(const storage::Reader& reader, const NodeId& origin,
                                     const ShareId& share, size_t rows_at_once) {
  return Recounter(reader, origin, share).Run(rows_at_once);
}

}  // namespace maillage::sharing

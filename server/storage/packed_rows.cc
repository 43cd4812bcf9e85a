#include "server/storage/packed_rows.h"

#include <algorithm>
#include <utility>

#include "client/base/status_macros.h"

namespace maillage::storage {
namespace {

size_t SharedBytes(absl::string_view a, absl::string_view b) {
  const auto [end, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return static_cast<size_t>(end - a.begin());
}

// The first bytes as a number that orders as they do.
uint64_t OrderOf(absl::string_view bytes) {
  uint64_t order = 0;
  for (size_t i = 0; i < 8; ++i) {
    order = order << 8 | (i < bytes.size() ? static_cast<uint8_t>(bytes[i]) : 0);
  }
  return order;
}

}  // namespace

PackedRows::PackedRows(const Batch& batch) { Append(batch); }

void PackedRows::Append(const Batch& batch) {
  for (const Batch::Op& op : batch.ops()) Add(op.kind, op.family, op.key, op.value);
}

void PackedRows::Add(Batch::Kind kind, Family family, absl::string_view key,
                     absl::string_view value) {
  Table& table = tables_[static_cast<size_t>(family)];
  table.rows.push_back({0, static_cast<uint32_t>(table.bytes.size()),
                        static_cast<uint32_t>(key.size()), static_cast<uint32_t>(value.size()),
                        kind});
  table.bytes.append(key.data(), key.size());
  table.bytes.append(value.data(), value.size());
  bytes_ += key.size() + value.size();
}

PackedRows PackedRows::Release() {
  PackedRows all = std::exchange(*this, PackedRows());
  for (size_t i = 0; i < tables_.size(); ++i) {
    tables_[i].bytes.reserve(all.tables_[i].bytes.size());
    tables_[i].rows.reserve(all.tables_[i].rows.size());
  }
  return all;
}

void PackedRows::Table::Sort() {
  const auto in_order = [this](const Row& a, const Row& b) { return KeyOf(a) < KeyOf(b); };
  if (std::is_sorted(rows.begin(), rows.end(), in_order)) return;
  // Most comparisons are settled by one number, without touching the keys.
  const absl::string_view first = KeyOf(rows.front());
  size_t shared = first.size();
  for (const Row& row : rows) shared = SharedBytes(first.substr(0, shared), KeyOf(row));
  for (Row& row : rows) row.order = OrderOf(KeyOf(row).substr(shared));
  std::sort(rows.begin(), rows.end(), [this](const Row& a, const Row& b) {
    if (a.order != b.order) return a.order < b.order;
    const int order = KeyOf(a).compare(KeyOf(b));
    return order != 0 ? order < 0 : a.at < b.at;
  });
}

absl::Status PackedRows::ForEach(Family family, Visitor visit) {
  Table& table = tables_[static_cast<size_t>(family)];
  if (table.rows.empty()) return absl::OkStatus();
  table.Sort();
  std::string merged;
  for (size_t i = 0; i < table.rows.size(); ++i) {
    const Row& row = table.rows[i];
    const absl::string_view key = table.KeyOf(row);
    const bool last = i + 1 == table.rows.size() || table.KeyOf(table.rows[i + 1]) != key;
    const bool merges = row.kind == Batch::Kind::kMerge;
    if (merges && (!last || !merged.empty())) {
      const absl::string_view operand = table.ValueOf(row);
      merged.append(operand.data(), operand.size());
    }
    if (!last) continue;
    RETURN_IF_ERROR(visit(row.kind, key, merges && !merged.empty() ? merged : table.ValueOf(row)));
    merged.clear();
  }
  return absl::OkStatus();
}

}  // namespace maillage::storage

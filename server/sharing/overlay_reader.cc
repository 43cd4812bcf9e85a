#include "server/sharing/overlay_reader.h"

#include "client/base/status_macros.h"

namespace maillage::sharing {

using storage::Batch;
using storage::Family;

OverlayReader::OverlayReader(std::shared_ptr<const storage::Reader> base, const Batch& rows,
                             Family family)
    : base_(std::move(base)), family_(family) {
  for (const Batch::Op& op : rows.ops()) {
    if (op.family != family) continue;
    auto& row = rows_[op.key];
    if (op.kind == Batch::Kind::kPut) {
      row = op.value;
    } else {
      row.reset();
    }
  }
}

absl::StatusOr<std::optional<std::string>> OverlayReader::Get(Family family,
                                                              absl::string_view key) const {
  if (family == family_) {
    const auto it = rows_.find(key);
    if (it != rows_.end()) return it->second;
  }
  return base_->Get(family, key);
}

absl::Status OverlayReader::Scan(Family family, absl::string_view first, absl::string_view limit,
                                 Visitor visit) const {
  if (family != family_) return base_->Scan(family, first, limit, visit);
  auto next = rows_.lower_bound(first);
  const auto end = limit.empty() ? rows_.end() : rows_.lower_bound(limit);
  bool going = true;
  // Rows laid over that come before `key`; all of them where there is no key.
  const auto visit_before = [&](const absl::string_view* key) {
    for (; going && next != end && (key == nullptr || next->first < *key); ++next) {
      if (next->second.has_value()) going = visit(next->first, *next->second);
    }
  };
  RETURN_IF_ERROR(
      base_->Scan(family, first, limit, [&](absl::string_view key, absl::string_view value) {
        visit_before(&key);
        if (!going) return false;
        if (next != end && next->first == key) {
          if (next->second.has_value()) going = visit(key, *next->second);
          ++next;
        } else {
          going = visit(key, value);
        }
        return going;
      }));
  visit_before(nullptr);
  return absl::OkStatus();
}

}  // namespace maillage::sharing

#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/storage/writer.h"

namespace maillage::storage {
namespace {

// Families whose rows a stage may read back within a group. The others are
// written blindly, so remembering them would cost for nothing.
bool IsReadBack(Family family) {
  switch (family) {
    case Family::kLog:
    case Family::kPostings:
    case Family::kSorted:
    case Family::kTree:
    case Family::kHistory:
    case Family::kDue:
      return false;
    default:
      return true;
  }
}

std::string OverlayKey(Family family, absl::string_view key) {
  std::string full(1, static_cast<char>(family));
  full.append(key.data(), key.size());
  return full;
}

}  // namespace

// Index into the batch of the last operation on a row.
struct Group::Overlay {
  absl::flat_hash_map<std::string, size_t> last;
};

Group::Group(const Reader& stored) : stored_(stored), overlay_(std::make_unique<Overlay>()) {}
Group::~Group() = default;

void Group::Put(Family family, std::string key, std::string value) {
  if (IsReadBack(family)) overlay_->last[OverlayKey(family, key)] = batch_.ops().size();
  batch_.Put(family, std::move(key), std::move(value));
}

void Group::Delete(Family family, std::string key) {
  if (IsReadBack(family)) overlay_->last[OverlayKey(family, key)] = batch_.ops().size();
  batch_.Delete(family, std::move(key));
}

void Group::Merge(Family family, std::string key, std::string operand) {
  batch_.Merge(family, std::move(key), std::move(operand));
}

absl::StatusOr<std::optional<std::string>> Group::Get(Family family, absl::string_view key) const {
  if (!overlay_->last.empty()) {
    const auto it = overlay_->last.find(OverlayKey(family, key));
    if (it != overlay_->last.end()) {
      const Batch::Op& op = batch_.ops()[it->second];
      if (op.kind == Batch::Kind::kDelete) return std::nullopt;
      return op.value;
    }
  }
  return stored_.Get(family, key);
}

}  // namespace maillage::storage

#include "server/sharing/leaf_runs.h"

#include <algorithm>
#include <queue>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {
namespace {

// Leaves in a file, and in a part of it.
constexpr size_t kHeldLeaves = 100'000;
constexpr size_t kPartLeaves = 500;
// position id seq live leaf
constexpr size_t kLeafBytes = 2 + RecordId::kSize + 8 + 1 + Hash::kSize;

auto OrderOf(const LeafChange& change) {
  return std::tuple(change.position, change.id, change.seq);
}

void Append(const LeafChange& change, std::string* out) {
  out->push_back(static_cast<char>(change.position >> 8));
  out->push_back(static_cast<char>(change.position));
  absl::StrAppend(out, change.id.bytes());
  AppendU64(out, change.seq);
  out->push_back(change.live ? 1 : 0);
  absl::StrAppend(out, change.leaf.bytes());
}

LeafChange Decode(absl::string_view bytes) {
  LeafChange change;
  change.position =
      static_cast<uint16_t>(static_cast<uint8_t>(bytes[0]) << 8 | static_cast<uint8_t>(bytes[1]));
  bytes.remove_prefix(2);
  change.id = RecordId(bytes.substr(0, RecordId::kSize));
  bytes.remove_prefix(RecordId::kSize);
  change.seq = ReadU64(bytes);
  change.live = bytes[8] != 0;
  change.leaf = Hash(bytes.substr(9));
  return change;
}

// The leaves of one file.
class Source {
 public:
  explicit Source(const storage::Spool* spool) : cursor_(spool) {}

  absl::StatusOr<bool> Next() {
    if (at_ == part_.size()) {
      at_ = 0;
      ASSIGN_OR_RETURN(const bool some, cursor_.Next(&part_));
      if (!some) return false;
    }
    change_ = Decode(absl::string_view(part_).substr(at_, kLeafBytes));
    at_ += kLeafBytes;
    return true;
  }
  const LeafChange& change() const { return change_; }

 private:
  storage::Spool::Cursor cursor_;
  std::string part_;
  size_t at_ = 0;
  LeafChange change_;
};

struct IsLater {
  bool operator()(const Source* a, const Source* b) const {
    return OrderOf(b->change()) < OrderOf(a->change());
  }
};

}  // namespace

LeafRuns::LeafRuns(storage::Folder* folder, std::string name)
    : folder_(folder), name_(std::move(name)) {}

LeafRuns::~LeafRuns() {
  for (const auto& spool : spilled_) (void)spool->Remove();
}

absl::Status LeafRuns::Add(LeafChange change) {
  held_.push_back(std::move(change));
  return held_.size() < kHeldLeaves ? absl::OkStatus() : Spill();
}

absl::Status LeafRuns::Spill() {
  if (held_.empty()) return absl::OkStatus();
  std::sort(held_.begin(), held_.end(),
            [](const LeafChange& a, const LeafChange& b) { return OrderOf(a) < OrderOf(b); });
  ASSIGN_OR_RETURN(
      auto spool,
      storage::Spool::Create(folder_, absl::StrCat(name_, "-", spilled_.size(), ".leaves"), ""));
  std::string part;
  for (size_t i = 0; i < held_.size(); ++i) {
    Append(held_[i], &part);
    if ((i + 1) % kPartLeaves != 0 && i + 1 < held_.size()) continue;
    RETURN_IF_ERROR(spool->Append(part));
    part.clear();
  }
  held_.clear();
  spilled_.push_back(std::move(spool));
  return absl::OkStatus();
}

absl::Status LeafRuns::Merge(Visitor visit) {
  RETURN_IF_ERROR(Spill());
  std::vector<std::unique_ptr<Source>> sources;
  std::priority_queue<Source*, std::vector<Source*>, IsLater> next;
  for (const auto& spool : spilled_) {
    sources.push_back(std::make_unique<Source>(spool.get()));
    ASSIGN_OR_RETURN(const bool some, sources.back()->Next());
    if (some) next.push(sources.back().get());
  }
  while (!next.empty()) {
    Source* const source = next.top();
    next.pop();
    RETURN_IF_ERROR(visit(source->change()));
    ASSIGN_OR_RETURN(const bool some, source->Next());
    if (some) next.push(source);
  }
  return absl::OkStatus();
}

}  // namespace maillage::sharing

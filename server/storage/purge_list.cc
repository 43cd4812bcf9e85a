#include "server/storage/purge_list.h"

#include <algorithm>
#include <utility>

namespace maillage::storage {
namespace {

// Each range rewrites the files that it touches, so many cost more than one.
constexpr size_t kMaxRanges = 8;

}  // namespace

void PurgeList::Add(KeyRange range) {
  std::vector<KeyRange>& ranges = ranges_[range.family];
  const auto same = [&](const KeyRange& other) {
    return other.first == range.first && other.limit == range.limit;
  };
  if (std::any_of(ranges.begin(), ranges.end(), same)) return;
  ranges.push_back(std::move(range));
  if (ranges.size() <= kMaxRanges) return;
  KeyRange span = ranges.front();
  for (const KeyRange& each : ranges) {
    span.first = std::min(span.first, each.first);
    // No limit is beyond every limit.
    const bool endless = span.limit.empty() || each.limit.empty();
    span.limit = endless ? "" : std::max(span.limit, each.limit);
  }
  ranges = {std::move(span)};
}

std::vector<KeyRange> PurgeList::Take() {
  std::vector<KeyRange> all;
  for (auto& [family, ranges] : ranges_) {
    all.insert(all.end(), std::make_move_iterator(ranges.begin()),
               std::make_move_iterator(ranges.end()));
  }
  ranges_.clear();
  return all;
}

}  // namespace maillage::storage

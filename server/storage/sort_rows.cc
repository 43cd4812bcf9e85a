#include <algorithm>
#include <utility>

#include "server/storage/ingestion.h"

namespace maillage::storage {

std::vector<Batch::Op> SortRows(Batch rows) {
  std::vector<Batch::Op> ops = rows.Release();
  std::stable_sort(ops.begin(), ops.end(), [](const Batch::Op& a, const Batch::Op& b) {
    return a.family != b.family ? a.family < b.family : a.key < b.key;
  });
  size_t kept = 0;
  for (size_t i = 0; i < ops.size(); ++i) {
    const bool same =
        kept > 0 && ops[kept - 1].family == ops[i].family && ops[kept - 1].key == ops[i].key;
    if (!same) {
      if (kept != i) ops[kept] = std::move(ops[i]);
      ++kept;
    } else if (ops[i].kind == Batch::Kind::kMerge) {
      ops[kept - 1].value.append(ops[i].value);
    } else {
      ops[kept - 1] = std::move(ops[i]);
    }
  }
  ops.erase(ops.begin() + static_cast<ptrdiff_t>(kept), ops.end());
  return ops;
}

}  // namespace maillage::storage

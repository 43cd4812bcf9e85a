#include "tools/commands/sync_view.h"

#include "tools/commands/columns.h"

namespace maillage::cli {

void ShowSync(const Output& out, const v1::SyncStatus& status) {
  ListWriter list(&out, &SyncColumns());
  for (const auto& share : status.shares()) list.Add(share);
  list.End(kRows);
  if (out.table() && status.recovering()) {
    out.Print(out.Text("This node recovers: own shares are not served."));
  }
  if (out.table()) out.Print(out.Text(status.in_sync() ? "In sync." : "Not in sync yet."));
}

}  // namespace maillage::cli

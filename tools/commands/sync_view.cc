#include "tools/commands/sync_view.h"

#include "absl/time/time.h"
#include "tools/commands/columns.h"

namespace maillage::cli {
namespace {

std::string TimeText(const Output& out, const google::protobuf::Timestamp& time) {
  return FormatTime(out.locale(), absl::FromUnixSeconds(time.seconds()));
}

// What the table has no room for.
void ShowTrouble(const Output& out, const v1::ShareStatus& share) {
  if (!share.last_error().empty()) {
    out.Print(out.Text("$0, $1: $2", {share.partner(), share.title(), share.last_error()}));
    const std::string& mend = share.last_error_mend();
    if (!mend.empty()) out.Print(out.Text("  hint: $0", {mend}));
  }
  for (const v1::SupplierFault& fault : share.faults()) {
    // The partner's own fault is the one above.
    if (fault.reason() == share.last_error_reason()) continue;
    out.Print(
        out.Text("  $0 is passed over until $1: $2 ($3)",
                 {fault.partner(), TimeText(out, fault.until()), fault.message(), fault.reason()}));
  }
}

}  // namespace

void ShowSync(const Output& out, const v1::SyncStatus& status) {
  ListWriter list(&out, &SyncColumns());
  for (const auto& share : status.shares()) list.Add(share);
  list.End(kRows);
  if (!out.table()) return;
  for (const auto& share : status.shares()) ShowTrouble(out, share);
  if (status.recovering()) {
    out.Print(out.Text("This node recovers: own shares are not served."));
  }
  out.Print(out.Text(status.in_sync() ? "In sync." : "Not in sync yet."));
}

}  // namespace maillage::cli

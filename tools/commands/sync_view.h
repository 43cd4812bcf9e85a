// How `sync status` and `sync wait` show what they learnt.
#ifndef TOOLS_COMMANDS_SYNC_VIEW_H_
#define TOOLS_COMMANDS_SYNC_VIEW_H_

#include "maillage/v1/share_service.pb.h"
#include "tools/cli/output.h"

namespace maillage::cli {

void ShowSync(const Output& out, const v1::SyncStatus& status);

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_SYNC_VIEW_H_

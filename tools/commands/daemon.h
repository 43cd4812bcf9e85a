// Handing a command over to maillaged.
#ifndef TOOLS_COMMANDS_DAEMON_H_
#define TOOLS_COMMANDS_DAEMON_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "tools/cli/context.h"

namespace maillage::cli {

// Runs maillaged with these words in this process's place: its output and its exit
// code are the command's. Returns only where there is no maillaged: NOT_FOUND
// (NO_MAILLAGED).
absl::Status BecomeDaemon(Context* context, const std::vector<std::string>& words);

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_DAEMON_H_

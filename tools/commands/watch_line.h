// The line by which a broadcast is followed.
#ifndef TOOLS_COMMANDS_WATCH_LINE_H_
#define TOOLS_COMMANDS_WATCH_LINE_H_

#include <string>

#include "maillage/v1/invitation_service.pb.h"
#include "tools/cli/output.h"

namespace maillage::cli {

// "██████░░░░  60 %  600 of 1,000  120/s  3 s left  2 uncertain".
std::string WatchLine(const Output& out, const v1::BroadcastProgress& progress);

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_WATCH_LINE_H_

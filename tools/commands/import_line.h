// The line by which an import is followed.
#ifndef TOOLS_COMMANDS_IMPORT_LINE_H_
#define TOOLS_COMMANDS_IMPORT_LINE_H_

#include <string>

#include "absl/time/time.h"
#include "maillage/v1/actor_service.pb.h"
#include "tools/cli/output.h"

namespace maillage::cli {

// "██████░░░░  60 %  12,000 records  8,000/s  1 s left"; without a bar and an
// end where the size of the input is not known (`total_bytes` 0).
std::string ImportLine(const Output& out, const v1::ImportSummary& progress, int64_t total_bytes,
                       absl::Duration elapsed);

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_IMPORT_LINE_H_

// How a cascade is shown.
#ifndef TOOLS_COMMANDS_CASCADE_VIEW_H_
#define TOOLS_COMMANDS_CASCADE_VIEW_H_

#include "maillage/v1/cascade_service.pb.h"
#include "tools/cli/output.h"

namespace maillage::cli {

// Its nodes, one a row.
void ShowCascade(const Output& out, const v1::Cascade& cascade);

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_CASCADE_VIEW_H_

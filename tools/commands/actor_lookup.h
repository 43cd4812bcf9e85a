// Looking up territory codes at the node, for FIELD=VALUE.
#ifndef TOOLS_COMMANDS_ACTOR_LOOKUP_H_
#define TOOLS_COMMANDS_ACTOR_LOOKUP_H_

#include "tools/cli/context.h"
#include "tools/commands/actor_fields.h"

namespace maillage::cli {

// `context` must outlive it.
TerritoryLookup LookUpAtNode(Context* context);

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_ACTOR_LOOKUP_H_

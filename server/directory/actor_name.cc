#include "server/directory/actor_name.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::directory {

absl::Status NoActor(absl::string_view name) {
  return NotFound("NO_ACTOR", absl::StrCat("there is no actor '", name, "' here"),
                  "find it with `maillage actor list`");
}

absl::StatusOr<ParsedName> ParseName(absl::string_view name) {
  const std::vector<absl::string_view> parts = absl::StrSplit(name, '/');
  ParsedName parsed;
  if (parts.size() == 1) {
    parsed.bare = true;
    ASSIGN_OR_RETURN(parsed.id, ParseRecordId(parts[0]));
    return parsed;
  }
  if (parts.size() != 4 || parts[0] != "nodes" || parts[2] != "actors") {
    return InvalidArgument("BAD_NAME", absl::StrCat("'", name, "' names no actor"),
                           "nodes/NODE/actors/UUID, or the UUID");
  }
  ASSIGN_OR_RETURN(parsed.origin, ParseNodeId(parts[1]));
  ASSIGN_OR_RETURN(parsed.id, ParseRecordId(parts[3]));
  return parsed;
}

}  // namespace maillage::directory

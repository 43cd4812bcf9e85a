// Names of actors as callers give them: nodes/{node}/actors/{uuid}, or the UUID.
#ifndef SERVER_DIRECTORY_ACTOR_NAME_H_
#define SERVER_DIRECTORY_ACTOR_NAME_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"

namespace maillage::directory {

struct ParsedName {
  bool bare = false;  // a UUID alone
  NodeId origin;
  RecordId id;
};

// INVALID_ARGUMENT (BAD_NAME, BAD_ID).
absl::StatusOr<ParsedName> ParseName(absl::string_view name);

// NOT_FOUND (NO_ACTOR).
absl::Status NoActor(absl::string_view name);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_ACTOR_NAME_H_

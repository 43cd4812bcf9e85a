// What of a record leaves the node: the payload of an entry, by view.
//
//   CARD          names, identifiers of organisations, categories, memberships, territories, themes
//   PROFESSIONAL  CARD and work contact points
//   FULL          PROFESSIONAL and private contact points, identifiers of persons
//
// Legal basis, source, restriction, retain-until and revision go with every
// view. Flagged values, notes, tags, import batch, etag, name and times never
// leave: fields are copied one by one, so a new field stays at home until it is
// named here.
#ifndef SERVER_SHARING_PROJECTION_H_
#define SERVER_SHARING_PROJECTION_H_

#include <string>

#include "absl/status/status.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::sharing {

// Longest payload, and so longest record that can be kept at all.
inline constexpr size_t kMaxPayloadBytes = 256 << 10;

// The same record and view give the same bytes. Thread safe.
std::string Project(const v1::Actor& actor, v1::View view);

// INVALID_ARGUMENT (RECORD_TOO_LARGE) where a record could not be shared whole.
absl::Status CheckSize(const v1::Actor& actor);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_PROJECTION_H_

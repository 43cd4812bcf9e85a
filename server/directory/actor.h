// What makes an actor sound: normal forms, derived fields, plain validation.
#ifndef SERVER_DIRECTORY_ACTOR_H_
#define SERVER_DIRECTORY_ACTOR_H_

#include <string>

#include "absl/status/status.h"
#include "client/base/ids.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::directory {

// "Lefèvre-d'Hulst Anaïs" or the organisation's name: how lists are ordered.
std::string SortName(const v1::Actor& actor);

// Puts addresses in their normal form, names ancestors of territories by their
// present codes, derives categories. Fails as Validate does where a value has
// no normal form.
absl::Status Normalise(v1::Actor* actor);

// INVALID_ARGUMENT (BAD_ACTOR) names the first field that is wrong and why.
absl::Status Validate(const v1::Actor& actor);

// What Validate asks of numbers and texts alone: no list without end, no endless
// text, no control characters. Records of partners must hold to this, whatever
// else a newer version of theirs puts in. INVALID_ARGUMENT (BAD_ACTOR).
absl::Status CheckBounds(const v1::Actor& actor);

// Categories in order of precedence: by type for organisations, by memberships
// that last for persons, CITIZEN where there is none.
void DeriveCategories(v1::Actor* actor);

// "ELECTED_OFFICIAL" for AUDIENCE_CATEGORY_ELECTED_OFFICIAL, and back
// (UNSPECIFIED for an unknown word).
std::string CategoryWord(v1::AudienceCategory category);
v1::AudienceCategory ParseCategoryWord(absl::string_view word);

// Fills name and etag from the place where the record stands.
void FillNames(const NodeId& origin, const RecordId& id, v1::Actor* actor);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_ACTOR_H_

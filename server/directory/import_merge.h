// Completing a known record with what a file has.
#ifndef SERVER_DIRECTORY_IMPORT_MERGE_H_
#define SERVER_DIRECTORY_IMPORT_MERGE_H_

#include "maillage/v1/actor.pb.h"

namespace maillage::directory {

// Adds to `known` what `draft` has and it lacks: empty fields, contact points,
// identifiers, memberships, themes, flagged values. Replaces nothing. Returns
// whether anything was added.
bool CompleteFrom(const v1::Actor& draft, v1::Actor* known);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_IMPORT_MERGE_H_

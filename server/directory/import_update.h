// What a row of a file does to a record that is known.
#ifndef SERVER_DIRECTORY_IMPORT_UPDATE_H_
#define SERVER_DIRECTORY_IMPORT_UPDATE_H_

#include "maillage/v1/actor.pb.h"
#include "server/directory/provenance.h"

namespace maillage::directory {

// Whether the row may replace what its source brought before, or only adds.
enum class Rule { kComplete, kUpdate };

// Gives `known` what the draft says. What somebody took away does not come back,
// and what somebody wrote stays. With kUpdate a value that the source brought
// before goes where the row has others of its kind and not this one: a blank cell
// takes nothing away. Mandates of a register never go so: a renewal ends them.
// Returns whether anything changed.
bool UpdateFrom(const v1::Actor& draft, const Provenance& provenance, Rule rule, v1::Actor* known);

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_IMPORT_UPDATE_H_

// FIELD=VALUE on the command line, and what it does to an actor.
#ifndef TOOLS_COMMANDS_ACTOR_FIELDS_H_
#define TOOLS_COMMANDS_ACTOR_FIELDS_H_

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::cli {

// Finds the territory of a code as typed.
using TerritoryLookup = std::function<absl::StatusOr<v1::TerritoryRef>(const std::string& code)>;

// Applies "FIELD=VALUE" assignments. A field given several times is a list; an
// empty value clears it; the others keep what they have. `touched` gets the
// names of the changed fields of Actor, for an update mask.
//
//   kind                         person | organisation; else told by the names
//   honorific given family       of a person
//   organisation acronym         name of an organisation
//   type                         institution | association | company: of the
//                                organisation, or of those a person belongs to
//   mandate employment board member citizens_council
//                                ROLE@ORGANISATION, for each membership
//   email email.private phone phone.private
//   territory theme tag          code or LEVEL/CODE; THEME; word
//   siret siren rna              official identifier
//   basis                        public_task | consent | contract | legal_obligation
//   consent                      what proves it, with basis=consent
//   notice_given notice_how      day on which the person was told, and how
//   notice_exempt                why the person need not be told
//   source notes restricted retain_until
//
// INVALID_ARGUMENT (USAGE) for an unknown field or a value of no sense, NEVER_KEPT
// for a birth date and the like, and errors of the lookup.
absl::Status ApplyFields(const std::vector<std::string>& assignments, const TerritoryLookup& lookup,
                         v1::Actor* actor, std::set<std::string>* touched);

// "kind, honorific, given, ..."
std::string FieldNames();

// Replaces what the protobuf JSON in `json` sets; output-only fields in it are
// passed over, but for the name and the etag. INVALID_ARGUMENT (BAD_JSON).
absl::Status ApplyJson(absl::string_view json, v1::Actor* actor, std::set<std::string>* touched);

}  // namespace maillage::cli

#endif  // TOOLS_COMMANDS_ACTOR_FIELDS_H_

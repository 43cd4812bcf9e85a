// What the words of names and functions say about organisations and members.
#ifndef SERVER_INTERCHANGE_ORGANISATIONS_H_
#define SERVER_INTERCHANGE_ORGANISATIONS_H_

#include <string>

#include "absl/strings/string_view.h"
#include "maillage/v1/actor.pb.h"

namespace maillage::interchange {

// By the first explicit word ("asso", "mairie", "SARL"); UNSPECIFIED if none.
v1::OrganisationType OrganisationTypeOf(absl::string_view name);

// Whether the name has such a word, or one that only organisations have.
bool LooksLikeOrganisation(absl::string_view name);

// INSTITUTION, ASSOCIATION and COMPANY as types; UNSPECIFIED for the others.
v1::OrganisationType OrganisationTypeOf(v1::AudienceCategory category);

// A cell of a category column: "Élus", "ASSOCIATION", "habitants".
v1::AudienceCategory ReadCategory(absl::string_view text);

// How a person belongs to an organisation, by the words of the function, then by
// the organisation's name, then by the category the file tells.
v1::MembershipType MembershipTypeOf(absl::string_view role, absl::string_view organisation,
                                    v1::OrganisationType type, v1::AudienceCategory category);

// Whether the function is an electoral mandate: "Maire", "2e adjointe", "élue",
// not "adjoint technique" nor "secrétaire du maire".
bool IsMandate(absl::string_view role, absl::string_view organisation);

}  // namespace maillage::interchange

#endif  // SERVER_INTERCHANGE_ORGANISATIONS_H_

// The invitation as people write it: a Markdown letter below TOML front matter.
//
//   +++
//   reference = "028-2018"            # NNN-YYYY
//   issue_place = "Lille"
//   issue_date = 2018-03-30           # a day, without quotes
//   subject = "Invitation rencontre ..."
//   title = "Faire vivre le partenariat des contrats de ville"
//   starts = 2018-05-31T09:00:00      # local time, without quotes
//   ends = 2018-05-31T17:00:00
//   time_zone = "Europe/Paris"        # optional; this is the default
//   audience = "territory:REGION/32"  # the filter language
//   reply_to = "contact@example.org"
//   reply_deadline = 2018-05-20       # optional
//   capacity = 120                    # optional
//   languages = ["fr"]                # optional; or ["fr", "en"]
//   not_after = 2018-05-31T17:00:00   # optional: by default the end; a day
//                                     # means its last second
//   change = "La salle a changé."     # of a revision: stands above the letter
//   [venue]
//   name = "Maison du développement économique"
//   address = "16 place Victor Hugo, 62500 Saint-Omer"
//
//   [[organisers]]                    # in the order in which they sign
//   name = "IREV"
//   node = "irev"                     # alias or node id; none without a node
//   post = "La présidente de l'IREV"
//   signatory = "..."                 # optional: who holds the post
//   +++
//   Madame, Monsieur,
//   ...
#ifndef SERVER_BROADCAST_INVITATION_FILE_H_
#define SERVER_BROADCAST_INVITATION_FILE_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "maillage/v1/invitation.pb.h"

namespace maillage::broadcast {

// Finds the node that an alias or a node id names.
using ResolveNode = std::function<absl::StatusOr<NodeId>(absl::string_view)>;

struct InvitationFile {
  v1::InvitationContent content;  // passes CheckContent; sequence 0
  std::vector<std::string> warnings;
};

// Reads a file; `issuer` must be among the organisers. INVALID_ARGUMENT
// (BAD_INVITATION_FILE) says line, field, what is wrong and what mends it: for
// TOML that does not parse, keys it does not know, values of a wrong type or
// out of limits, and aliases that `resolve` does not find. Thread safe.
absl::StatusOr<InvitationFile> ParseInvitationFile(absl::string_view file, const NodeId& issuer,
                                                   const ResolveNode& resolve, absl::Time now);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_INVITATION_FILE_H_

// What the cascades of a node stand on, and what its two parts, as issuer and as
// carrier, have in common.
#ifndef SERVER_BROADCAST_CASCADE_PARTS_H_
#define SERVER_BROADCAST_CASCADE_PARTS_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "maillage/v1/cascade.pb.h"
#include "server/broadcast/cascade/rows.h"
#include "server/broadcast/cascade/tags.h"
#include "server/broadcast/invitations.h"
#include "server/broadcast/replies.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::broadcast {

// All outlive the cascades.
struct CascadeParts {
  storage::Database* database;
  storage::Writer* writer;
  const Clock* clock;
  const identity::Self* self;
  const identity::Partners* partners;
  Invitations* invitations;
  Replies* replies;
  // Adds a message in the link to a partner to a transaction, and says its id:
  // sharing::Links::AddTo.
  std::function<absl::Status(const NodeId& to, const v1::LinkMessage& message,
                             storage::Transaction* transaction, RecordId* id)>
      add_to_link;
  // Adds that a message is withdrawn: sharing::Links::AddWithdrawal.
  std::function<absl::Status(const NodeId& to, const RecordId& id,
                             storage::Transaction* transaction)>
      withdraw;
  // The partners that a name stands for: of a share, of a partnership, or one.
  // NOT_FOUND (NO_SUCH_MEMBERS).
  std::function<absl::StatusOr<std::vector<NodeId>>(const std::string& name)> members;
  // Whether what partners offer is carried without asking an officer.
  bool accept_offers = false;

  // Adds a message to a transaction. NOT_FOUND (NO_SUCH_PARTNER) as the link's.
  absl::Status Send(const KeptCascade& kept, const NodeId& to, v1::CascadeMessage message,
                    storage::Transaction* transaction, RecordId* id = nullptr) const;
  // As Send(), but passes over a partner that is one no more.
  absl::Status SendIfPartner(const KeptCascade& kept, const NodeId& to, v1::CascadeMessage message,
                             storage::Transaction* transaction) const;
  bool IsIssuer(const KeptCascade& kept) const { return kept.issuer() == self->node(); }
};

// Visits all in a broadcast's ledger with their tags.
absl::Status ForEachTagged(
    const KeptCascade& kept, const Job& job,
    absl::FunctionRef<void(const CascadeTag& tag, const Recipient& recipient)> visit);

// Freezes the broadcast where it is not, and adds to `transaction` what this node
// says of whom it knows: to the issuer, or to its own rows.
absl::Status AddClaims(const CascadeParts& parts, const KeptCascade& kept,
                       const v1::InvitationContent& content, Job* job,
                       storage::Transaction* transaction);

// Lets the broadcast mail all whom this node was granted so far. FAILED_PRECONDITION
// (BROADCAST_RUNS) while mails leave.
absl::Status FollowGrants(const CascadeParts& parts, const KeptCascade& kept, Job* job);

// How far a broadcast is, exactly. Reads no rows.
std::vector<v1::CascadeCount> CountsOf(const Job& job);
// So that they speak of no single person: rounded up to multiples of 5.
int64_t Coarse(int64_t count);

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CASCADE_PARTS_H_

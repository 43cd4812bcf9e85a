// The cascades of a node: invitations that several nodes carry, so that everybody gets
// one mail.
//
// Messages only store what they say; Work(), called again and again, does what the rows
// ask for, so that a stop at any point loses and repeats nothing.
#ifndef SERVER_BROADCAST_CASCADE_CASCADES_H_
#define SERVER_BROADCAST_CASCADE_CASCADES_H_

#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/mutex.h"
#include "maillage/v1/cascade_service.pb.h"
#include "server/broadcast/cascade/carrying.h"
#include "server/broadcast/cascade/issuing.h"
#include "server/broadcast/cascade/parts.h"

namespace maillage::broadcast {

// Thread safe. `who` is the caller's resource name, for the audit; invitations are named
// as in Invitations. Errors: cascade_service.proto.
class Cascades {
 public:
  explicit Cascades(CascadeParts parts)
      : parts_(std::move(parts)), issuing_(&parts_), carrying_(&parts_) {}

  absl::StatusOr<v1::Cascade> Offer(const v1::OfferInvitationRequest& request,
                                    absl::string_view who);
  absl::StatusOr<v1::Cascade> Get(absl::string_view invitation) const;
  absl::StatusOr<v1::Cascade> IgnoreObjections(const v1::IgnoreObjectionsRequest& request,
                                               absl::string_view who);
  absl::StatusOr<std::vector<v1::InvitationOffer>> ListOffers() const;
  absl::StatusOr<v1::InvitationOffer> Accept(const v1::AcceptOfferRequest& request,
                                             absl::string_view who);
  absl::StatusOr<v1::InvitationOffer> Decline(absl::string_view invitation, absl::string_view who);

  // Adds to `transaction` what a message that came in a partner's link says.
  // INVALID_ARGUMENT: it is of no use, now or later; NOT_FOUND may pass.
  absl::Status Receive(const NodeId& from, const v1::CascadeMessage& message,
                       storage::Transaction* transaction) const;

  // Does what is to be done, for each cascade. Returns the first error, and goes on with
  // the others; what fails is tried again at the next call.
  absl::Status Work();

  // The database was put back: nothing is granted from now on, and whoever is granted
  // to this node becomes UNCERTAIN.
  absl::Status Recover();

 private:
  absl::Status WorkOn(const KeptCascade& kept);
  absl::Status WorkOnReplies(const KeptCascade& kept, const KeptInvitation& invitation);
  absl::Status WorkOnMails(const KeptCascade& kept, const KeptInvitation& invitation);
  absl::Status Claim(KeptCascade kept, const KeptInvitation& invitation, Job* job);
  absl::Status TakeUpGrants(KeptCascade kept, Job* job);

  const CascadeParts parts_;
  Issuing issuing_;
  Carrying carrying_;
  Mutex work_mutex_;  // Work and Decline, one at a time
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CASCADE_CASCADES_H_

// Cascades of invitations that partners issued: this node is asked, says whom it
// knows, and mails those whom it is granted.
#ifndef SERVER_BROADCAST_CASCADE_CARRYING_H_
#define SERVER_BROADCAST_CASCADE_CARRYING_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "maillage/v1/cascade_service.pb.h"
#include "server/broadcast/cascade/parts.h"

namespace maillage::broadcast {

// Thread safe, but for Decline() and what follows Receive(). Errors of the public acts:
// cascade_service.proto.
class Carrying {
 public:
  // `parts` outlive it.
  explicit Carrying(const CascadeParts* parts) : parts_(*parts) {}

  absl::Status Accept(const std::string& invitation, bool accept_duplicates, absl::string_view who);
  // Waits until mails under way have left.
  absl::Status Decline(const std::string& invitation, absl::string_view who);
  absl::StatusOr<v1::InvitationOffer> Describe(const std::string& invitation) const;

  // Adds to `transaction` what the issuer's message says. INVALID_ARGUMENT: it is of no
  // use; NOT_FOUND (NO_SUCH_PARTNER, NO_CASCADE): not yet.
  absl::Status Receive(const NodeId& from, const v1::CascadeMessage& message,
                       storage::Transaction* transaction) const;

  // Those whom the former revision reached, or still has to, hear of the new one.
  absl::Status FollowRevision(const KeptInvitation& invitation);
  // Tells the issuer how far the broadcast is, where that changed. ABORTED as
  // Issuing::Work().
  absl::Status TellCounts(KeptCascade kept, const Job& job) const;
  // Tells it of the replies that came here.
  absl::Status TellReplies(const KeptCascade& kept) const;

 private:
  absl::Status TakeOffer(const identity::Partner& from, const v1::CascadeOffer& offer,
                         storage::Transaction* transaction) const;
  absl::StatusOr<v1::CascadeTerms> CheckTerms(const identity::Partner& from,
                                              const v1::Signed& terms) const;
  absl::StatusOr<KeptInvitation> CheckInvitation(const identity::Partner& from,
                                                 const v1::CascadeOffer& offer) const;
  absl::Status AddCosignatures(const v1::CascadeOffer& offer, KeptInvitation* invitation) const;
  absl::Status AddAttestations(const identity::Partner& from, const v1::CascadeOffer& offer,
                               KeptInvitation* invitation) const;
  absl::Status TakeGrants(const KeptCascade& kept, const v1::CascadeGrants& grants,
                          storage::Transaction* transaction) const;
  absl::Status TakeStanding(const KeptCascade& kept, const v1::CascadeStanding& standing,
                            storage::Transaction* transaction) const;
  absl::Status TellReply(const KeptCascade& kept, const std::string& id,
                         const std::string& row) const;
  absl::Status CheckAlone(const KeptCascade& kept) const;
  absl::StatusOr<KeptCascade> FindOffered(absl::string_view invitation) const;
  absl::StatusOr<CascadeTags> GiveUp(const KeptCascade& kept, absl::string_view who) const;
  absl::Status AddRelease(const KeptCascade& kept, const CascadeTags& released,
                          storage::Transaction* transaction) const;

  const CascadeParts& parts_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CASCADE_CARRYING_H_

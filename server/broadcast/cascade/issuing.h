// Cascades of invitations that this node issued: it offers them to partners, hears
// whom each knows, and grants everybody to one.
#ifndef SERVER_BROADCAST_CASCADE_ISSUING_H_
#define SERVER_BROADCAST_CASCADE_ISSUING_H_

#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "maillage/v1/cascade_service.pb.h"
#include "server/broadcast/cascade/parts.h"
#include "server/broadcast/cascade/settlement.h"

namespace maillage::broadcast {

// Thread safe, but for what follows Receive(). Errors of the public acts: cascade_service.proto.
class Issuing {
 public:
  // `parts` outlive it.
  explicit Issuing(const CascadeParts* parts) : parts_(*parts) {}

  absl::Status Offer(const v1::OfferInvitationRequest& request, absl::string_view who);
  absl::Status IgnoreObjections(const std::string& invitation, const NodeId& partner,
                                absl::string_view who);
  absl::StatusOr<v1::Cascade> Describe(const std::string& invitation) const;

  // Adds to `transaction` what a partner's message says, of which `kept` is the cascade.
  // INVALID_ARGUMENT: it is of no use.
  absl::Status Receive(const NodeId& from, const v1::CascadeMessage& message, KeptCascade kept,
                       storage::Transaction* transaction) const;

  // Does the next thing that is to be done: brings partners the newest revision, decides
  // who mails whom. ABORTED where the cascade changed meanwhile: it is tried again.
  absl::Status Work(const KeptCascade& kept, const KeptInvitation& invitation);
  // Counts what people replied at partners, each person once.
  absl::Status TakeReplies(KeptCascade kept, const KeptInvitation& invitation);
  // Tells partners which of those have seats, where that changed.
  absl::Status TellStandings(KeptCascade kept, const KeptInvitation& invitation);

 private:
  absl::StatusOr<v1::CascadeTerms> TermsOf(const KeptInvitation& invitation,
                                           const v1::OfferInvitationRequest& request) const;
  absl::Status SendOffers(const KeptCascade& kept, const KeptInvitation& invitation,
                          storage::Transaction* transaction) const;
  absl::Status OfferRevision(KeptCascade kept, const KeptInvitation& invitation);
  absl::Status ReceiveClaims(const NodeId& from, const v1::CascadeClaims& claims,
                             const KeptCascade& kept, storage::Transaction* transaction) const;
  absl::Status ReceiveRelease(const NodeId& from, const v1::Signed& signed_release,
                              const KeptCascade& kept, storage::Transaction* transaction) const;
  absl::Status HearOnce(const std::string& name, std::string row, const KeptCascade& kept,
                        storage::Transaction* transaction) const;
  absl::Status ReceiveReply(const NodeId& from, const v1::CascadeReply& said, KeptCascade kept,
                            storage::Transaction* transaction) const;
  absl::StatusOr<absl::flat_hash_map<std::string, std::string>> ReplyIds(
      const KeptCascade& kept) const;
  absl::StatusOr<std::vector<v1::StoredCascadeReply>> ReadReplies(const KeptCascade& kept) const;
  absl::Status StoreTaken(const KeptCascade& kept, v1::StoredCascadeReply stored);
  absl::Status TellStanding(const KeptCascade& kept, v1::StoredCascadeReply stored);
  // Whether it is this node, or still a partner.
  bool CanBeTold(const NodeId& node) const;
  absl::StatusOr<Settlement> Load(const KeptCascade& kept) const;
  absl::Status Settle(KeptCascade kept);
  absl::Status Grant(const KeptCascade& kept, const NodeId& to, const CascadeTags& tags);
  absl::StatusOr<v1::CascadeNode> DescribeNode(const KeptCascade& kept,
                                               const Settlement& settlement, size_t place) const;

  const CascadeParts& parts_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_CASCADE_ISSUING_H_

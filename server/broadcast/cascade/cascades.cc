#include "server/broadcast/cascade/cascades.h"

#include "absl/strings/match.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/storage/races.h"

namespace maillage::broadcast {

absl::StatusOr<v1::Cascade> Cascades::Offer(const v1::OfferInvitationRequest& request,
                                            absl::string_view who) {
  RETURN_IF_ERROR(issuing_.Offer(request, who));
  return Get(request.name());
}

absl::StatusOr<v1::Cascade> Cascades::Get(absl::string_view name) const {
  ASSIGN_OR_RETURN(const KeptInvitation invitation, parts_.invitations->Find(name));
  return issuing_.Describe(invitation.name);
}

absl::StatusOr<v1::Cascade> Cascades::IgnoreObjections(const v1::IgnoreObjectionsRequest& request,
                                                       absl::string_view who) {
  ASSIGN_OR_RETURN(const KeptInvitation invitation, parts_.invitations->Find(request.name()));
  ASSIGN_OR_RETURN(const identity::PartnerPtr partner, parts_.partners->Find(request.partner()));
  RETURN_IF_ERROR(issuing_.IgnoreObjections(invitation.name, partner->node, who));
  return Get(invitation.name);
}

absl::StatusOr<std::vector<v1::InvitationOffer>> Cascades::ListOffers() const {
  ASSIGN_OR_RETURN(const std::vector<KeptCascade> all, ReadAllCascades(parts_.database->latest()));
  std::vector<v1::InvitationOffer> offers;
  for (const KeptCascade& kept : all) {
    if (parts_.IsIssuer(kept)) continue;
    ASSIGN_OR_RETURN(offers.emplace_back(), carrying_.Describe(kept.invitation));
  }
  return offers;
}

absl::StatusOr<v1::InvitationOffer> Cascades::Accept(const v1::AcceptOfferRequest& request,
                                                     absl::string_view who) {
  ASSIGN_OR_RETURN(const KeptInvitation invitation, parts_.invitations->Find(request.name()));
  RETURN_IF_ERROR(carrying_.Accept(invitation.name, request.accept_duplicates(), who));
  return carrying_.Describe(invitation.name);
}

absl::StatusOr<v1::InvitationOffer> Cascades::Decline(absl::string_view name,
                                                      absl::string_view who) {
  ASSIGN_OR_RETURN(const KeptInvitation invitation, parts_.invitations->Find(name));
  const MutexLock work(&work_mutex_);  // no grant is followed meanwhile
  RETURN_IF_ERROR(carrying_.Decline(invitation.name, who));
  return carrying_.Describe(invitation.name);
}

absl::Status Cascades::Receive(const NodeId& from, const v1::CascadeMessage& message,
                               storage::Transaction* transaction) const {
  // A reference with a slash would name something else.
  if (absl::StrContains(message.reference(), '/')) {
    return Useless("the reference is none");
  }
  // A cascade of this node's own, or else one of the sender's.
  const std::string own = InvitationName(parts_.self->node(), message.reference());
  ASSIGN_OR_RETURN(std::optional<KeptCascade> kept, ReadCascade(parts_.database->latest(), own));
  if (kept.has_value() && kept->terms.cascade() == message.cascade()) {
    return issuing_.Receive(from, message, *std::move(kept), transaction);
  }
  return carrying_.Receive(from, message, transaction);
}

absl::Status Cascades::Work() {
  const MutexLock work(&work_mutex_);
  ASSIGN_OR_RETURN(const std::vector<KeptCascade> all, ReadAllCascades(parts_.database->latest()));
  absl::Status first;
  for (const KeptCascade& kept : all) {
    const absl::Status status = WorkOn(kept);
    // Whoever was faster changed the row: that is seen at the next call.
    if (!absl::IsAborted(status)) first.Update(status);
  }
  return first;
}

absl::Status Cascades::WorkOn(const KeptCascade& kept) {
  ASSIGN_OR_RETURN(const KeptInvitation invitation, parts_.invitations->Find(kept.invitation));
  RETURN_IF_ERROR(WorkOnReplies(kept, invitation));
  return kept.stored.state() == v1::StoredCascade::CARRYING ? WorkOnMails(kept, invitation)
                                                            : absl::OkStatus();
}

absl::Status Cascades::WorkOnReplies(const KeptCascade& kept, const KeptInvitation& invitation) {
  if (!parts_.IsIssuer(kept)) return carrying_.TellReplies(kept);
  return kept.stored.replied() ? issuing_.TakeReplies(kept, invitation)
                               : issuing_.TellStandings(kept, invitation);
}

absl::Status Cascades::WorkOnMails(const KeptCascade& kept, const KeptInvitation& invitation) {
  const bool issued = parts_.IsIssuer(kept);
  std::shared_ptr<Job> job = parts_.invitations->JobOf(invitation);
  if (job == nullptr && !issued) {
    ASSIGN_OR_RETURN(job, parts_.invitations->Carry(invitation, "system"));
  }
  if (job != nullptr && !kept.stored.claimed()) return Claim(kept, invitation, job.get());
  // Grants that are on their way are for the newest revision.
  if (!issued && job->sequence() < invitation.content.sequence()) {
    return carrying_.FollowRevision(invitation);
  }
  // They are taken up when no mail leaves; to find that out costs less than to try.
  if (job != nullptr && kept.stored.granted() && !job->progress().running()) {
    return TakeUpGrants(kept, job.get());
  }
  return issued ? issuing_.Work(kept, invitation) : carrying_.TellCounts(kept, *job);
}

absl::Status Cascades::Claim(KeptCascade kept, const KeptInvitation& invitation, Job* job) {
  storage::Transaction transaction;
  RETURN_IF_ERROR(AddClaims(parts_, kept, invitation.content, job, &transaction));
  kept.stored.set_claimed(true);
  kept.stored.set_heard(parts_.IsIssuer(kept));
  kept.Write("claim", "system", &transaction);
  return parts_.writer->Commit(std::move(transaction));
}

absl::Status Cascades::TakeUpGrants(KeptCascade kept, Job* job) {
  RETURN_IF_ERROR(FollowGrants(parts_, kept, job));
  kept.stored.set_granted(false);
  storage::Transaction transaction;
  kept.Write("", "", &transaction);
  return parts_.writer->Commit(std::move(transaction));
}

absl::Status Cascades::Recover() {
  ASSIGN_OR_RETURN(const std::vector<KeptCascade> all, ReadAllCascades(parts_.database->latest()));
  for (const KeptCascade& one : all) {
    RETURN_IF_ERROR(storage::RetryRaces([&]() -> absl::Status {
      ASSIGN_OR_RETURN(KeptCascade kept, FindCascade(parts_.database->latest(), one.invitation));
      kept.stored.set_in_doubt(true);
      storage::Transaction transaction;
      kept.Write("recover", "system", &transaction);
      return parts_.writer->Commit(std::move(transaction));
    }));
  }
  return absl::OkStatus();
}

}  // namespace maillage::broadcast

#include "server/broadcast/cascade/carrying.h"

#include <utility>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/cascade/participation.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/storage/races.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

// While mails leave the issuer need not know of each.
constexpr absl::Duration kCountEvery = absl::Seconds(30);

absl::Status NotOffered() {
  return FailedPrecondition("NOT_OFFERED", "no partner offered the invitation to this node",
                            "see `maillage offer list`");
}

v1::InvitationOffer::State StateOf(v1::StoredCascade::State state) {
  switch (state) {
    case v1::StoredCascade::CARRYING:
      return v1::InvitationOffer::ACCEPTED;
    case v1::StoredCascade::DECLINED:
      return v1::InvitationOffer::DECLINED;
    default:
      return v1::InvitationOffer::ASKED;
  }
}

}  // namespace

absl::StatusOr<KeptCascade> Carrying::FindOffered(absl::string_view invitation) const {
  ASSIGN_OR_RETURN(std::optional<KeptCascade> kept,
                   ReadCascade(parts_.database->latest(), invitation));
  if (!kept.has_value() || parts_.IsIssuer(*kept)) return NotOffered();
  return *std::move(kept);
}

absl::Status Carrying::Accept(const std::string& invitation, bool accept_duplicates,
                              absl::string_view who) {
  return storage::RetryRaces([&]() -> absl::Status {
    ASSIGN_OR_RETURN(KeptCascade kept, FindOffered(invitation));
    if (kept.stored.state() == v1::StoredCascade::DECLINED) {
      return FailedPrecondition("DECLINED_BEFORE", "this node said that it does not carry it",
                                "ask the issuer for an invitation of its own");
    }
    const bool alone = accept_duplicates && !kept.stored.alone();
    if (kept.stored.state() == v1::StoredCascade::CARRYING && !alone) return absl::OkStatus();
    if (alone) RETURN_IF_ERROR(CheckAlone(kept));
    ASSIGN_OR_RETURN(const KeptInvitation found, parts_.invitations->Find(invitation));
    RETURN_IF_ERROR(parts_.invitations->CheckCanCarry(found));
    kept.stored.set_state(v1::StoredCascade::CARRYING);
    if (alone) {
      kept.stored.set_alone(true);
      kept.stored.set_granted(true);
    }
    storage::Transaction transaction;
    kept.Write(alone ? "accept-duplicates" : "accept", who, &transaction);
    return parts_.writer->Commit(std::move(transaction));
  });
}

// Duplicates are for the case that the issuer does not decide.
absl::Status Carrying::CheckAlone(const KeptCascade& kept) const {
  ASSIGN_OR_RETURN(const auto decided,
                   parts_.database->latest().Get(Family::kObjects,
                                                 kept.PartName(kGrants, parts_.self->node(), 0)));
  if (decided.has_value()) {
    return FailedPrecondition("ISSUER_DECIDED", "the issuer said whom this node mails",
                              "see `maillage offer list`");
  }
  if (parts_.clock->Now() >= identity::FromTimestamp(kept.terms.claims_until())) {
    return absl::OkStatus();
  }
  return FailedPrecondition(
      "ISSUER_HAS_TIME", "the issuer still waits for other partners",
      "see in `maillage offer list` until when, and accept without duplicates");
}

absl::Status Carrying::Decline(const std::string& invitation, absl::string_view who) {
  ASSIGN_OR_RETURN(const KeptCascade found, FindOffered(invitation));
  if (found.stored.state() == v1::StoredCascade::DECLINED) return absl::OkStatus();
  ASSIGN_OR_RETURN(const CascadeTags released, GiveUp(found, who));
  return storage::RetryRaces([&]() -> absl::Status {
    ASSIGN_OR_RETURN(KeptCascade kept, FindOffered(invitation));
    kept.stored.set_state(v1::StoredCascade::DECLINED);
    storage::Transaction transaction;
    RETURN_IF_ERROR(AddRelease(kept, released, &transaction));
    kept.Write("decline", who, &transaction);
    return parts_.writer->Commit(std::move(transaction));
  });
}

// Stops for good; returns whom no mail has left to.
absl::StatusOr<CascadeTags> Carrying::GiveUp(const KeptCascade& kept, absl::string_view who) const {
  CascadeTags claimed;
  CascadeTags left;
  for (const std::shared_ptr<Job>& job : parts_.invitations->JobsOf(kept.invitation)) {
    RETURN_IF_ERROR(job->GiveUp(who));
    RETURN_IF_ERROR(
        ForEachTagged(kept, *job, [&](const CascadeTag& tag, const Recipient& recipient) {
          claimed.insert(tag);
          if (recipient.row.dot()) left.insert(tag);
        }));
  }
  return Participation(std::move(claimed)).GiveUp(left);
}

absl::Status Carrying::AddRelease(const KeptCascade& kept, const CascadeTags& released,
                                  storage::Transaction* transaction) const {
  v1::CascadeRelease release;
  release.set_cascade(kept.terms.cascade());
  release.set_node(std::string(parts_.self->node().bytes()));
  uint32_t part = 0;
  for (const CascadeTags& tags : SplitTags(released)) {
    release.set_part(part++);
    release.set_tags(PackTags(tags));
    v1::CascadeMessage message;
    *message.mutable_release() = identity::SignMessage(release, parts_.self->signer());
    RETURN_IF_ERROR(parts_.SendIfPartner(kept, kept.issuer(), std::move(message), transaction));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::InvitationOffer> Carrying::Describe(const std::string& invitation) const {
  ASSIGN_OR_RETURN(const KeptCascade kept, FindOffered(invitation));
  v1::InvitationOffer offer;
  offer.set_name(invitation);
  ASSIGN_OR_RETURN(*offer.mutable_invitation(), parts_.invitations->Get(invitation));
  const identity::PartnerPtr issuer = parts_.partners->Get(kept.issuer());
  if (issuer != nullptr) offer.set_issuer(issuer->alias);
  offer.set_state(StateOf(kept.stored.state()));
  *offer.mutable_claims_until() = kept.terms.claims_until();
  int64_t granted = 0;
  RETURN_IF_ERROR(ForEachPart<v1::CascadeGrants>(
      parts_.database->latest(), kept, kGrants, [&](size_t, const v1::CascadeGrants& grants) {
        granted += static_cast<int64_t>(grants.tags().size() / CascadeTag::kSize);
      }));
  offer.set_granted(granted);
  return offer;
}

absl::Status Carrying::FollowRevision(const KeptInvitation& invitation) {
  ASSIGN_OR_RETURN(const std::shared_ptr<Job> job, parts_.invitations->Carry(invitation, "system"));
  const bool waits = job->row().state() == v1::StoredJob::WAITING;
  return waits ? job->Prepare() : job->Start("system");
}

absl::Status Carrying::TellCounts(KeptCascade kept, const Job& job) const {
  if (kept.stored.in_doubt() || parts_.partners->Get(kept.issuer()) == nullptr) {
    return absl::OkStatus();
  }
  const absl::Time now = parts_.clock->Now();
  v1::CascadeCounts told;
  told.ParseFromString(kept.stored.counts());
  const bool soon = now < identity::FromTimestamp(told.time()) + kCountEvery;
  if (soon && job.progress().running()) return absl::OkStatus();
  v1::CascadeCounts counts;
  for (v1::CascadeCount count : CountsOf(job)) {
    count.set_granted(Coarse(count.granted()));
    count.set_sent(Coarse(count.sent()));
    count.set_bounced(Coarse(count.bounced()));
    count.set_pending(Coarse(count.pending()));
    count.set_uncertain(Coarse(count.uncertain()));
    *counts.add_counts() = count;
  }
  *counts.mutable_time() = told.time();
  if (counts.SerializeAsString() == kept.stored.counts()) return absl::OkStatus();
  *counts.mutable_time() = identity::ToTimestamp(now);
  storage::Transaction transaction;
  // One record that is overwritten: the former message need not be fetched any more.
  if (RecordId former; RecordId::FromBytes(kept.stored.counts_message(), &former)) {
    RETURN_IF_ERROR(parts_.withdraw(kept.issuer(), former, &transaction));
  }
  v1::CascadeMessage message;
  *message.mutable_counts() = counts;
  RecordId id;
  RETURN_IF_ERROR(parts_.Send(kept, kept.issuer(), std::move(message), &transaction, &id));
  kept.stored.set_counts(counts.SerializeAsString());
  kept.stored.set_counts_message(std::string(id.bytes()));
  kept.Write("", "", &transaction);
  return parts_.writer->Commit(std::move(transaction));
}

}  // namespace maillage::broadcast

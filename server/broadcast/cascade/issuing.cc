#include "server/broadcast/cascade/issuing.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/crypto.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/storage/races.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

constexpr uint32_t kDefaultClaimSeconds = 86'400;
constexpr uint32_t kMaxClaimSeconds = 604'800;

absl::Status CheckRequest(const v1::OfferInvitationRequest& request) {
  if (request.to().empty()) {
    return InvalidArgument("NO_PARTNERS", "it is not said to whom the invitation is offered",
                           "name partners, a share or a partnership with --to");
  }
  if (request.claim_seconds() <= kMaxClaimSeconds) return absl::OkStatus();
  return InvalidArgument("BAD_CLAIM_TIME", "partners have at most seven days to answer",
                         "give a shorter time");
}

v1::CascadeMessage OfferOf(const KeptCascade& kept, const KeptInvitation& invitation) {
  v1::CascadeMessage message;
  v1::CascadeOffer& offer = *message.mutable_offer();
  *offer.mutable_terms() = kept.stored.terms();
  *offer.mutable_content() = invitation.stored.content();
  for (const auto& one : invitation.stored.cosignatures()) {
    *offer.add_cosignatures() = one.cosignature();
  }
  for (const auto& one : invitation.stored.attestations()) {
    *offer.add_attestations() = one.attestation();
  }
  return message;
}

// The same nodes in the same order: what was offered before cannot be changed.
bool SameOrder(const v1::CascadeTerms& a, const v1::CascadeTerms& b) {
  return std::equal(a.order().begin(), a.order().end(), b.order().begin(), b.order().end());
}

}  // namespace

absl::StatusOr<v1::CascadeTerms> Issuing::TermsOf(const KeptInvitation& invitation,
                                                  const v1::OfferInvitationRequest& request) const {
  v1::CascadeTerms terms;
  const NodeId self = parts_.self->node();
  terms.set_cascade(std::string(NewRecordId(parts_.clock->Now()).bytes()));
  terms.set_issuer(std::string(self.bytes()));
  terms.set_reference(invitation.content.reference());
  terms.set_key(identity::RandomBytes(kCascadeKeyBytes));
  terms.add_order(std::string(self.bytes()));
  for (const std::string& name : request.to()) {
    ASSIGN_OR_RETURN(const std::vector<NodeId> members, parts_.members(name));
    for (const NodeId& member : members) {
      const auto& order = terms.order();
      if (std::find(order.begin(), order.end(), member.bytes()) != order.end()) continue;
      terms.add_order(std::string(member.bytes()));
    }
  }
  if (terms.order_size() < 2 || terms.order_size() > kMaxCascadeNodes) {
    return InvalidArgument("NO_PARTNERS",
                           absl::StrCat("these are ", terms.order_size() - 1, " partners"),
                           absl::StrCat("name 1 to ", kMaxCascadeNodes - 1));
  }
  const uint32_t seconds =
      request.claim_seconds() == 0 ? kDefaultClaimSeconds : request.claim_seconds();
  *terms.mutable_claims_until() =
      identity::ToTimestamp(parts_.clock->Now() + absl::Seconds(seconds));
  return terms;
}

absl::Status Issuing::Offer(const v1::OfferInvitationRequest& request, absl::string_view who) {
  RETURN_IF_ERROR(CheckRequest(request));
  return storage::RetryRaces([&]() -> absl::Status {
    ASSIGN_OR_RETURN(const KeptInvitation invitation, parts_.invitations->Find(request.name()));
    RETURN_IF_ERROR(parts_.invitations->CheckReady(invitation));
    KeptCascade kept;
    kept.invitation = invitation.name;
    ASSIGN_OR_RETURN(kept.terms, TermsOf(invitation, request));
    ASSIGN_OR_RETURN(const auto old, ReadCascade(parts_.database->latest(), invitation.name));
    if (old.has_value()) {
      if (SameOrder(old->terms, kept.terms)) return absl::OkStatus();
      return FailedPrecondition("ALREADY_OFFERED", "the invitation was offered to other partners",
                                "offer a new invitation, with a reference of its own");
    }
    if (parts_.invitations->JobOf(invitation) != nullptr) {
      return FailedPrecondition("ALREADY_SENT", "the invitation is being sent already",
                                "offer an invitation before it is sent");
    }
    *kept.stored.mutable_terms() = identity::SignMessage(kept.terms, parts_.self->signer());
    kept.stored.set_state(v1::StoredCascade::CARRYING);
    kept.stored.set_sequence(invitation.content.sequence());
    storage::Transaction transaction;
    transaction.preconditions.push_back(invitation.Unchanged());
    // It is not sent meanwhile to everybody known here.
    transaction.preconditions.push_back(
        {Family::kObjects, InvitationStore::JobName(invitation.name, invitation.content.sequence()),
         std::nullopt});
    RETURN_IF_ERROR(SendOffers(kept, invitation, &transaction));
    kept.Write("offer", who, &transaction);
    return parts_.writer->Commit(std::move(transaction));
  });
}

absl::Status Issuing::SendOffers(const KeptCascade& kept, const KeptInvitation& invitation,
                                 storage::Transaction* transaction) const {
  const v1::CascadeMessage message = OfferOf(kept, invitation);
  for (const std::string& node : kept.terms.order()) {
    if (node == kept.terms.issuer()) continue;
    RETURN_IF_ERROR(parts_.SendIfPartner(kept, NodeId(node), message, transaction));
  }
  return absl::OkStatus();
}

absl::Status Issuing::IgnoreObjections(const std::string& invitation, const NodeId& partner,
                                       absl::string_view who) {
  return storage::RetryRaces([&]() -> absl::Status {
    ASSIGN_OR_RETURN(KeptCascade kept, FindCascade(parts_.database->latest(), invitation));
    if (!kept.PlaceOf(partner).has_value()) {
      return NotFound("NO_SUCH_PARTNER", "the invitation was not offered to this partner");
    }
    kept.stored.add_ignored(std::string(partner.bytes()));
    kept.stored.set_heard(true);
    storage::Transaction transaction;
    kept.Write("ignore-objections", who, &transaction);
    return parts_.writer->Commit(std::move(transaction));
  });
}

absl::Status Issuing::Work(const KeptCascade& kept, const KeptInvitation& invitation) {
  const bool newer = invitation.content.sequence() > kept.stored.sequence();
  // Before the officer sent it, a text may change freely; after that a revision reaches
  // partners only once it is sent here, too.
  const bool may_offer = parts_.invitations->HasBroadcast(invitation) ||
                         parts_.invitations->JobOf(invitation) == nullptr;
  if (newer && may_offer && invitation.SignedByAll()) return OfferRevision(kept, invitation);
  const bool over = !kept.stored.settled() &&
                    parts_.clock->Now() >= identity::FromTimestamp(kept.terms.claims_until());
  // Without its own claims it has not been sent yet.
  if (kept.stored.claimed() && !kept.stored.in_doubt() && (kept.stored.heard() || over)) {
    return Settle(kept);
  }
  return absl::OkStatus();
}

absl::Status Issuing::OfferRevision(KeptCascade kept, const KeptInvitation& invitation) {
  storage::Transaction transaction;
  transaction.preconditions.push_back(invitation.Unchanged());
  RETURN_IF_ERROR(SendOffers(kept, invitation, &transaction));
  kept.stored.set_sequence(invitation.content.sequence());
  kept.Write("offer", "system", &transaction);
  return parts_.writer->Commit(std::move(transaction));
}

absl::Status Issuing::Settle(KeptCascade kept) {
  ASSIGN_OR_RETURN(Settlement settlement, Load(kept));
  const bool over = parts_.clock->Now() >= identity::FromTimestamp(kept.terms.claims_until());
  if (!kept.stored.settled() && !over && !settlement.AllAnswered()) {
    kept.stored.set_heard(false);
    storage::Transaction transaction;
    kept.Write("", "", &transaction);
    return parts_.writer->Commit(std::move(transaction));
  }
  const std::vector<CascadeTags> grants = settlement.Decide();
  for (int place = 0; place < kept.terms.order_size(); ++place) {
    const NodeId node(kept.terms.order(place));
    if (!settlement.StandingOf(place).claimed || !CanBeTold(node)) continue;
    RETURN_IF_ERROR(Grant(kept, node, grants[place]));
  }
  kept.stored.set_heard(false);
  kept.stored.set_settled(true);
  kept.stored.set_granted(true);
  storage::Transaction transaction;
  kept.Write("settle", "system", &transaction);
  return parts_.writer->Commit(std::move(transaction));
}

// What is granted is stored together with the message that tells it. At least one
// message goes to each, also to say that others mail all it knows.
absl::Status Issuing::Grant(const KeptCascade& kept, const NodeId& to, const CascadeTags& tags) {
  uint32_t next = 0;
  RETURN_IF_ERROR(parts_.database->latest().ScanPrefix(
      Family::kObjects, kept.PartName(kGrants, to), [&next](absl::string_view, absl::string_view) {
        ++next;
        return true;
      }));
  if (tags.empty() && next > 0) return absl::OkStatus();
  for (const CascadeTags& part : SplitTags(tags)) {
    v1::CascadeMessage message;
    message.mutable_grants()->set_part(next);
    message.mutable_grants()->set_tags(PackTags(part));
    RETURN_IF_ERROR(storage::RetryRaces([&]() -> absl::Status {
      storage::Transaction transaction;
      const std::string name = kept.PartName(kGrants, to, next);
      transaction.preconditions.push_back({Family::kObjects, name, std::nullopt});
      transaction.writes.Put(Family::kObjects, name, message.grants().SerializeAsString());
      if (to != parts_.self->node()) {
        RETURN_IF_ERROR(parts_.Send(kept, to, message, &transaction));
      }
      return parts_.writer->Commit(std::move(transaction));
    }));
    ++next;
  }
  return absl::OkStatus();
}

}  // namespace maillage::broadcast

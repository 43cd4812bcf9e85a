// What a node that carries a partner's invitation hears from the issuer. Nothing of it
// is believed before it was checked.
#include <algorithm>
#include <utility>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/cascade/carrying.h"
#include "server/broadcast/content.h"
#include "server/identity/descriptor.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"

namespace maillage::broadcast {

using storage::Family;

absl::Status Carrying::Receive(const NodeId& from, const v1::CascadeMessage& message,
                               storage::Transaction* transaction) const {
  const identity::PartnerPtr partner = parts_.partners->Get(from);
  if (partner == nullptr) return NotFound("NO_SUCH_PARTNER", "the sender is not a partner");
  if (message.has_offer()) return TakeOffer(*partner, message.offer(), transaction);
  ASSIGN_OR_RETURN(
      std::optional<KeptCascade> kept,
      ReadCascade(parts_.database->latest(), InvitationName(from, message.reference())));
  if (!kept.has_value()) return NotFound("NO_CASCADE", "its terms have not come yet");
  if (kept->terms.cascade() != message.cascade()) return Useless("it is of another cascade");
  if (message.has_grants()) return TakeGrants(*kept, message.grants(), transaction);
  if (message.has_standing()) return TakeStanding(*kept, message.standing(), transaction);
  return Useless("the message is none that a partner takes");
}

absl::Status Carrying::TakeGrants(const KeptCascade& kept, const v1::CascadeGrants& grants,
                                  storage::Transaction* transaction) const {
  RETURN_IF_ERROR(UnpackTags(grants.tags()).status());
  if (grants.part() >= kMaxCascadeParts) return Useless("there are too many parts");
  transaction->writes.Put(Family::kObjects,
                          kept.PartName(kGrants, parts_.self->node(), grants.part()),
                          grants.SerializeAsString());
  KeptCascade after = kept;
  after.stored.set_granted(true);
  after.Write("", "", transaction);
  return absl::OkStatus();
}

absl::StatusOr<v1::CascadeTerms> Carrying::CheckTerms(const identity::Partner& from,
                                                      const v1::Signed& signed_terms) const {
  ASSIGN_OR_RETURN(const v1::CascadeTerms terms,
                   identity::OpenSigned<v1::CascadeTerms>(signed_terms, from.signing_keys));
  const auto& order = terms.order();
  const bool takes_part =
      std::find(order.begin(), order.end(), parts_.self->node().bytes()) != order.end();
  const bool good =
      terms.cascade().size() == RecordId::kSize && terms.issuer() == from.node.bytes() &&
      terms.key().size() == kCascadeKeyBytes && order.size() <= kMaxCascadeNodes &&
      std::all_of(order.begin(), order.end(),
                  [](const std::string& node) { return node.size() == NodeId::kSize; });
  if (!good) return Useless("the terms are malformed, or not of their sender");
  if (!takes_part) return Useless("the terms do not name this node");
  return terms;
}

absl::StatusOr<KeptInvitation> Carrying::CheckInvitation(const identity::Partner& from,
                                                         const v1::CascadeOffer& offer) const {
  KeptInvitation invitation;
  ASSIGN_OR_RETURN(invitation.content,
                   identity::OpenSigned<v1::InvitationContent>(offer.content(), from.signing_keys));
  if (const std::optional<FieldProblem> problem = CheckContent(invitation.content)) {
    return InvalidArgument("BAD_INVITATION", absl::StrCat(problem->field, " ", problem->what));
  }
  if (invitation.content.issuer() != from.node.bytes()) {
    return InvalidArgument("NOT_ISSUER", "the invitation names another issuer than its sender");
  }
  invitation.issuer = from.node;
  invitation.name = InvitationName(from.node, invitation.content.reference());
  *invitation.stored.mutable_content() = offer.content();
  RETURN_IF_ERROR(AddCosignatures(offer, &invitation));
  RETURN_IF_ERROR(AddAttestations(from, offer, &invitation));
  if (invitation.SignedByAll()) return invitation;
  return InvalidArgument("NOT_SIGNED", "not every organiser signed the invitation");
}

absl::Status Carrying::AddCosignatures(const v1::CascadeOffer& offer,
                                       KeptInvitation* invitation) const {
  if (offer.cosignatures_size() > kMaxOrganisers) return Useless("there are too many signatures");
  for (const v1::Signed& one : offer.cosignatures()) {
    v1::Cosignature claimed;
    NodeId signer;
    if (!claimed.ParseFromString(one.payload()) || !NodeId::FromBytes(claimed.signer(), &signer)) {
      return Useless("a signature cannot be read");
    }
    const bool self = signer == parts_.self->node();
    const identity::PartnerPtr partner = parts_.partners->Get(signer);
    if (!self && partner == nullptr) {
      return NotFound("NO_SUCH_PARTNER",
                      absl::StrCat("the co-organiser ", ToText(signer), " is not a partner"),
                      "pair with it, so that its signature can be checked");
    }
    ASSIGN_OR_RETURN(const v1::Cosignature cosignature,
                     identity::OpenSigned<v1::Cosignature>(
                         one, self ? identity::SigningKeysOf(parts_.self->descriptor())
                                   : partner->signing_keys));
    if (cosignature.content_hash() != ContentHash(offer.content().payload()) ||
        cosignature.issuer() != invitation->issuer.bytes()) {
      return Useless("a signature is on another text");
    }
    if (invitation->SignedBy(signer)) continue;
    v1::StoredCosignature* stored = invitation->stored.add_cosignatures();
    stored->set_node(cosignature.signer());
    *stored->mutable_cosignature() = one;
    *stored->mutable_time() = identity::ToTimestamp(parts_.clock->Now());
  }
  return absl::OkStatus();
}

absl::Status Carrying::AddAttestations(const identity::Partner& from, const v1::CascadeOffer& offer,
                                       KeptInvitation* invitation) const {
  if (offer.attestations_size() > kMaxOrganisers) return Useless("there are too many signatures");
  for (const v1::Signed& one : offer.attestations()) {
    ASSIGN_OR_RETURN(const v1::Attestation attestation,
                     identity::OpenSigned<v1::Attestation>(one, from.signing_keys));
    if (attestation.content_hash() != ContentHash(offer.content().payload()) ||
        attestation.issuer() != from.node.bytes()) {
      return Useless("an attestation is on another text");
    }
    v1::StoredAttestation* stored = invitation->stored.add_attestations();
    *stored->mutable_attestation() = one;
    *stored->mutable_time() = identity::ToTimestamp(parts_.clock->Now());
  }
  return absl::OkStatus();
}

absl::Status Carrying::TakeOffer(const identity::Partner& from, const v1::CascadeOffer& offer,
                                 storage::Transaction* transaction) const {
  ASSIGN_OR_RETURN(const v1::CascadeTerms terms, CheckTerms(from, offer.terms()));
  ASSIGN_OR_RETURN(KeptInvitation invitation, CheckInvitation(from, offer));
  if (terms.reference() != invitation.content.reference()) {
    return Useless("the terms are of another invitation");
  }
  ASSIGN_OR_RETURN(std::optional<KeptCascade> old,
                   ReadCascade(parts_.database->latest(), invitation.name));
  KeptCascade kept;
  if (old.has_value()) {
    if (old->terms.SerializeAsString() != terms.SerializeAsString()) {
      return InvalidArgument("TWO_TERMS", "the issuer changed the terms of a cascade");
    }
    kept = *std::move(old);
    if (invitation.content.sequence() < kept.stored.sequence()) return absl::OkStatus();
  } else {
    kept.invitation = invitation.name;
    kept.terms = terms;
    *kept.stored.mutable_terms() = offer.terms();
    kept.stored.set_state(parts_.accept_offers ? v1::StoredCascade::CARRYING
                                               : v1::StoredCascade::ASKED);
    // It may have come before, and been carried.
    kept.stored.set_in_doubt(!parts_.invitations->CheckNotRecovering().ok());
  }
  kept.stored.set_sequence(invitation.content.sequence());
  RETURN_IF_ERROR(parts_.invitations->TakeOffered(std::move(invitation), transaction).status());
  kept.Write("", "", transaction);
  return absl::OkStatus();
}

}  // namespace maillage::broadcast

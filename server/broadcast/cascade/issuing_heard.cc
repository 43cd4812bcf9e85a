// What the issuer of a cascade hears from partners, and what it makes of it.
#include <algorithm>
#include <utility>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/cascade/issuing.h"
#include "server/identity/signed.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

absl::Status CheckClaims(const v1::CascadeClaims& claims) {
  if (claims.part() >= claims.parts() || claims.parts() > kMaxCascadeParts) {
    return Useless("the part of the claims is none of its parts");
  }
  for (const std::string* tags : {&claims.tags(), &claims.held(), &claims.objected()}) {
    RETURN_IF_ERROR(UnpackTags(*tags).status());
  }
  return absl::OkStatus();
}

absl::Status CheckCounts(const v1::CascadeCounts& counts) {
  const bool good =
      counts.counts_size() <= v1::AudienceCategory_ARRAYSIZE &&
      std::all_of(counts.counts().begin(), counts.counts().end(), [](const auto& count) {
        return count.granted() >= 0 && count.sent() >= 0 && count.bounced() >= 0 &&
               count.pending() >= 0 && count.uncertain() >= 0;
      });
  return good ? absl::OkStatus() : Useless("the counts are of no use");
}

// Rows were checked before they were stored.
CascadeTags Tags(absl::string_view packed) { return UnpackTags(packed).value_or(CascadeTags()); }

v1::CascadeNode::State StateOf(const Settlement::Standing& standing, bool was_told) {
  if (standing.declined) return v1::CascadeNode::DECLINED;
  if (was_told) return v1::CascadeNode::GRANTED;
  return standing.claimed ? v1::CascadeNode::CLAIMED : v1::CascadeNode::ASKED;
}

}  // namespace

absl::Status Issuing::Receive(const NodeId& from, const v1::CascadeMessage& message,
                              KeptCascade kept, storage::Transaction* transaction) const {
  if (!kept.PlaceOf(from).has_value()) return Useless("the sender takes no part in the cascade");
  switch (message.body_case()) {
    case v1::CascadeMessage::kClaims:
      return ReceiveClaims(from, message.claims(), kept, transaction);
    case v1::CascadeMessage::kRelease:
      return ReceiveRelease(from, message.release(), kept, transaction);
    case v1::CascadeMessage::kCounts:
      RETURN_IF_ERROR(CheckCounts(message.counts()));
      transaction->writes.Put(Family::kObjects, kept.PartName(kCounts, from),
                              message.counts().SerializeAsString());
      return absl::OkStatus();
    case v1::CascadeMessage::kReply:
      return ReceiveReply(from, message.reply(), std::move(kept), transaction);
    default:
      return Useless("the message is none that an issuer takes");
  }
}

absl::Status Issuing::ReceiveClaims(const NodeId& from, const v1::CascadeClaims& claims,
                                    const KeptCascade& kept,
                                    storage::Transaction* transaction) const {
  RETURN_IF_ERROR(CheckClaims(claims));
  return HearOnce(kept.PartName(kClaims, from, claims.part()), claims.SerializeAsString(), kept,
                  transaction);
}

// The first word counts: a row that is there stays.
absl::Status Issuing::HearOnce(const std::string& name, std::string row, const KeptCascade& kept,
                               storage::Transaction* transaction) const {
  ASSIGN_OR_RETURN(const auto old, parts_.database->latest().Get(Family::kObjects, name));
  if (old.has_value()) return absl::OkStatus();
  transaction->preconditions.push_back({Family::kObjects, name, std::nullopt});
  transaction->writes.Put(Family::kObjects, name, std::move(row));
  KeptCascade after = kept;
  after.stored.set_heard(true);
  after.Write("", "", transaction);
  return absl::OkStatus();
}

absl::Status Issuing::ReceiveRelease(const NodeId& from, const v1::Signed& signed_release,
                                     const KeptCascade& kept,
                                     storage::Transaction* transaction) const {
  const identity::PartnerPtr partner = parts_.partners->Get(from);
  if (partner == nullptr) return NotFound("NO_SUCH_PARTNER", "the sender is not a partner");
  ASSIGN_OR_RETURN(const v1::CascadeRelease release,
                   identity::OpenSigned<v1::CascadeRelease>(signed_release, partner->signing_keys));
  if (release.cascade() != kept.terms.cascade() || release.node() != from.bytes() ||
      release.part() >= kMaxCascadeParts) {
    return Useless("the release is of another cascade or node");
  }
  RETURN_IF_ERROR(UnpackTags(release.tags()).status());
  return HearOnce(kept.PartName(kReleases, from, release.part()), release.SerializeAsString(), kept,
                  transaction);
}

bool Issuing::CanBeTold(const NodeId& node) const {
  return node == parts_.self->node() || parts_.partners->Get(node) != nullptr;
}

absl::StatusOr<Settlement> Issuing::Load(const KeptCascade& kept) const {
  Settlement settlement(static_cast<size_t>(kept.terms.order_size()));
  const storage::Reader& reader = parts_.database->latest();
  RETURN_IF_ERROR(ForEachPart<v1::CascadeClaims>(
      reader, kept, kClaims, [&](size_t place, const v1::CascadeClaims& claims) {
        // Nothing can be granted to somebody who is a partner no more.
        const bool partner = CanBeTold(NodeId(kept.terms.order(static_cast<int>(place))));
        settlement.TakeClaims(
            place, {claims.part(), claims.parts(), partner ? Tags(claims.tags()) : CascadeTags(),
                    partner ? Tags(claims.held()) : CascadeTags(), Tags(claims.objected())});
      }));
  RETURN_IF_ERROR(ForEachPart<v1::CascadeRelease>(
      reader, kept, kReleases, [&](size_t place, const v1::CascadeRelease& release) {
        settlement.TakeRelease(place, Tags(release.tags()));
      }));
  RETURN_IF_ERROR(ForEachPart<v1::CascadeGrants>(
      reader, kept, kGrants, [&](size_t place, const v1::CascadeGrants& grants) {
        settlement.TakeGrants(place, Tags(grants.tags()));
      }));
  for (const std::string& node : kept.stored.ignored()) {
    if (const auto place = kept.PlaceOf(NodeId(node))) settlement.IgnoreObjections(*place);
  }
  return settlement;
}

absl::StatusOr<v1::Cascade> Issuing::Describe(const std::string& invitation) const {
  ASSIGN_OR_RETURN(const KeptCascade kept, FindCascade(parts_.database->latest(), invitation));
  if (!parts_.IsIssuer(kept)) {
    return FailedPrecondition("NOT_ISSUER", "this node did not issue the invitation",
                              "its issuer knows how the others are");
  }
  ASSIGN_OR_RETURN(const Settlement settlement, Load(kept));
  v1::Cascade cascade;
  cascade.set_name(kept.invitation);
  *cascade.mutable_claims_until() = kept.terms.claims_until();
  cascade.set_settled(kept.stored.settled());
  cascade.set_in_doubt(kept.stored.in_doubt());
  for (int place = 0; place < kept.terms.order_size(); ++place) {
    ASSIGN_OR_RETURN(*cascade.add_nodes(), DescribeNode(kept, settlement, place));
  }
  return cascade;
}

absl::StatusOr<v1::CascadeNode> Issuing::DescribeNode(const KeptCascade& kept,
                                                      const Settlement& settlement,
                                                      size_t place) const {
  const NodeId node(kept.terms.order(static_cast<int>(place)));
  const storage::Reader& reader = parts_.database->latest();
  ASSIGN_OR_RETURN(const auto told, reader.Get(Family::kObjects, kept.PartName(kGrants, node, 0)));
  const Settlement::Standing standing = settlement.StandingOf(place);
  v1::CascadeNode described;
  const identity::PartnerPtr partner = parts_.partners->Get(node);
  if (partner != nullptr) described.set_alias(partner->alias);
  described.set_node(ToText(node));
  described.set_state(StateOf(standing, told.has_value()));
  described.set_claimed(static_cast<int64_t>(standing.tags));
  described.set_granted(static_cast<int64_t>(standing.granted));
  described.set_objected(static_cast<int64_t>(standing.objected));
  described.set_needs_review(settlement.NeedsReview(place));
  if (node == parts_.self->node()) {
    described.set_alias(parts_.self->alias());
    // It asks itself once it sends.
    if (described.state() == v1::CascadeNode::ASKED) described.clear_state();
    ASSIGN_OR_RETURN(const KeptInvitation invitation, parts_.invitations->Find(kept.invitation));
    const std::shared_ptr<Job> job = parts_.invitations->JobOf(invitation);
    if (job == nullptr) return described;
    const std::vector<v1::CascadeCount> counts = CountsOf(*job);
    described.mutable_counts()->Assign(counts.begin(), counts.end());
    return described;
  }
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kObjects, kept.PartName(kCounts, node)));
  v1::CascadeCounts counts;
  if (!row.has_value() || !counts.ParseFromString(*row)) return described;
  *described.mutable_counts() = counts.counts();
  *described.mutable_count_time() = counts.time();
  return described;
}

}  // namespace maillage::broadcast

#include "server/broadcast/cascade/parts.h"

#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/status_macros.h"
#include "server/broadcast/cascade/participation.h"

namespace maillage::broadcast {

using storage::Family;

namespace {

// Whom a node knows, by whose directory they are in.
struct Known {
  CascadeTags own;
  CascadeTags held;
  CascadeTags objected;
};

std::vector<v1::CascadeClaims> Pack(const Known& known) {
  std::vector<v1::CascadeClaims> claims;
  for (const CascadeTags& tags : SplitTags(known.own)) {
    claims.emplace_back().set_tags(PackTags(tags));
  }
  for (const CascadeTags& tags : SplitTags(known.held)) {
    if (!tags.empty()) claims.emplace_back().set_held(PackTags(tags));
  }
  for (const CascadeTags& tags : SplitTags(known.objected)) {
    if (!tags.empty()) claims.emplace_back().set_objected(PackTags(tags));
  }
  for (size_t i = 0; i < claims.size(); ++i) {
    claims[i].set_part(static_cast<uint32_t>(i));
    claims[i].set_parts(static_cast<uint32_t>(claims.size()));
  }
  return claims;
}

absl::StatusOr<Known> WhomItKnows(const CascadeParts& parts, const KeptCascade& kept,
                                  const v1::InvitationContent& content, const Job& job) {
  Known known;
  const std::string own = absl::StrCat("nodes/", ToText(parts.self->node()), "/");
  RETURN_IF_ERROR(ForEachTagged(kept, job, [&](const CascadeTag& tag, const Recipient& recipient) {
    (absl::StartsWith(recipient.row.actor(), own) ? known.own : known.held).insert(tag);
  }));
  ASSIGN_OR_RETURN(const Audience audience, parts.invitations->Expand(content));
  RETURN_IF_ERROR(audience.ForEachObjecting([&](const std::string& mailbox) {
    known.objected.insert(TagOf(kept.terms.key(), mailbox));
    return true;
  }));
  return known;
}

}  // namespace

absl::Status CascadeParts::Send(const KeptCascade& kept, const NodeId& to,
                                v1::CascadeMessage message, storage::Transaction* transaction,
                                RecordId* id) const {
  message.set_cascade(kept.terms.cascade());
  message.set_reference(kept.terms.reference());
  v1::LinkMessage link;
  *link.mutable_cascade() = std::move(message);
  return add_to_link(to, link, transaction, id);
}

absl::Status CascadeParts::SendIfPartner(const KeptCascade& kept, const NodeId& to,
                                         v1::CascadeMessage message,
                                         storage::Transaction* transaction) const {
  if (partners->Get(to) == nullptr) return absl::OkStatus();
  return Send(kept, to, std::move(message), transaction);
}

absl::Status ForEachTagged(
    const KeptCascade& kept, const Job& job,
    absl::FunctionRef<void(const CascadeTag& tag, const Recipient& recipient)> visit) {
  return job.ForEach([&](const Recipient& recipient) {
    // A row that cannot be read has no mailbox.
    const std::string& mailbox = recipient.row.mailbox();
    if (!mailbox.empty()) visit(TagOf(kept.terms.key(), mailbox), recipient);
    return true;
  });
}

absl::Status AddClaims(const CascadeParts& parts, const KeptCascade& kept,
                       const v1::InvitationContent& content, Job* job,
                       storage::Transaction* transaction) {
  RETURN_IF_ERROR(job->Prepare());
  ASSIGN_OR_RETURN(const Known known, WhomItKnows(parts, kept, content, *job));
  const NodeId self = parts.self->node();
  for (const v1::CascadeClaims& claims : Pack(known)) {
    if (parts.IsIssuer(kept)) {
      transaction->writes.Put(Family::kObjects, kept.PartName(kClaims, self, claims.part()),
                              claims.SerializeAsString());
      continue;
    }
    v1::CascadeMessage message;
    *message.mutable_claims() = claims;
    RETURN_IF_ERROR(parts.Send(kept, kept.issuer(), std::move(message), transaction));
  }
  return absl::OkStatus();
}

absl::Status FollowGrants(const CascadeParts& parts, const KeptCascade& kept, Job* job) {
  CascadeTags claimed;
  RETURN_IF_ERROR(ForEachTagged(
      kept, *job, [&](const CascadeTag& tag, const Recipient&) { claimed.insert(tag); }));
  Participation participation(std::move(claimed));
  const std::optional<size_t> self = kept.PlaceOf(parts.self->node());
  absl::Status status;
  RETURN_IF_ERROR(ForEachPart<v1::CascadeGrants>(
      parts.database->latest(), kept, kGrants, [&](size_t place, const v1::CascadeGrants& grants) {
        if (place != self) return;
        const absl::StatusOr<CascadeTags> tags = UnpackTags(grants.tags());
        status.Update(tags.status());
        if (tags.ok()) participation.TakeGrants(*tags);
      }));
  RETURN_IF_ERROR(status);
  const auto is_granted = [&](const Recipient& recipient) {
    return kept.stored.alone() ||
           participation.MayMail(TagOf(kept.terms.key(), recipient.row.mailbox()));
  };
  return job->Grant(is_granted, kept.stored.in_doubt(), "system");
}

std::vector<v1::CascadeCount> CountsOf(const Job& job) {
  const LedgerCounts ledger = job.counts();
  std::vector<v1::CascadeCount> counts;
  for (int i = 1; i < v1::AudienceCategory_ARRAYSIZE; ++i) {
    const auto category = static_cast<v1::AudienceCategory>(i);
    v1::CascadeCount count;
    count.set_category(category);
    count.set_sent(ledger.In(Delivery::kSent, category));
    count.set_bounced(ledger.In(Delivery::kBounced, category));
    count.set_uncertain(ledger.In(Delivery::kUncertain, category));
    for (const Delivery state :
         {Delivery::kPending, Delivery::kLeased, Delivery::kDot, Delivery::kDeferred}) {
      count.set_pending(count.pending() + ledger.In(state, category));
    }
    count.set_granted(count.sent() + count.bounced() + count.uncertain() + count.pending());
    if (count.granted() > 0) counts.push_back(count);
  }
  return counts;
}

int64_t Coarse(int64_t count) {
  constexpr int64_t kStep = 5;
  return (count + kStep - 1) / kStep * kStep;
}

}  // namespace maillage::broadcast

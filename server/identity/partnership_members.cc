// What a member does with rosters.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/encoding.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "maillage/v1/stored.pb.h"
#include "server/identity/descriptor.h"
#include "server/identity/partnerships.h"

namespace maillage::identity {
namespace {

using storage::Family;

constexpr size_t kMaxPartnerships = 100;

storage::Transaction RowOf(const Partnership& partnership, bool is_member, absl::string_view who,
                           absl::string_view what) {
  storage::Transaction transaction;
  const std::string key = absl::StrCat("partnership/", HexEncode(partnership.id()));
  if (is_member) {
    v1::StoredPartnership row;
    *row.mutable_roster() = partnership.roster.signed_roster;
    row.set_accepted(partnership.accepted);
    transaction.writes.Put(Family::kMeta, key, row.SerializeAsString());
  } else {
    transaction.writes.Delete(Family::kMeta, key);
  }
  transaction.who = std::string(who);
  transaction.what = absl::StrCat(what, " partnerships/", HexEncode(partnership.id()));
  return transaction;
}

}  // namespace

absl::Status Partnerships::Receive(const NodeId& from, const v1::Signed& signed_roster) {
  const MutexLock lock(&change_mutex_);
  ASSIGN_OR_RETURN(const OpenedRoster unproved, OpenKeptRoster(signed_roster));
  const PartnershipPtr known = Get(unproved.roster.partnership());
  if (known == nullptr && from != unproved.coordinator) {
    return InvalidArgument("NOT_COORDINATOR", "a first roster comes from its coordinator");
  }
  const NodeId coordinator = known == nullptr ? unproved.coordinator : known->roster.coordinator;
  ASSIGN_OR_RETURN(OpenedRoster opened, OpenRoster(signed_roster, KeysFor(coordinator, known)));
  if (known != nullptr) {
    ASSIGN_OR_RETURN(const RosterOrder order, CompareRosters(opened, known->roster));
    if (order != RosterOrder::kNewer) return absl::OkStatus();
  } else if (List().size() >= kMaxPartnerships) {
    return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_PARTNERSHIPS",
                 absl::StrCat("there are ", kMaxPartnerships, " partnerships already"));
  }
  const bool is_member = opened.Find(parts_.self->node()) != nullptr;
  if (!is_member && known == nullptr) return absl::OkStatus();
  const bool accepted = known != nullptr && known->accepted;
  const auto after = std::make_shared<const Partnership>(Partnership{std::move(opened), accepted});
  RETURN_IF_ERROR(parts_.writer->Commit(RowOf(
      *after, is_member, absl::StrCat("partners/", ToText(from)), is_member ? "show" : "leave")));
  Show(after->id(), is_member ? after : nullptr);
  if (accepted) Apply();
  return absl::OkStatus();
}

absl::StatusOr<PartnershipPtr> Partnerships::SetAccepted(absl::string_view name, bool accepted,
                                                         absl::string_view who) {
  const MutexLock lock(&change_mutex_);
  ASSIGN_OR_RETURN(const PartnershipPtr before, Find(name));
  if (before->accepted == accepted) return before;
  if (before->roster.coordinator == parts_.self->node()) {
    return FailedPrecondition("COORDINATOR_STAYS", "the coordinator stays in its partnership",
                              "Remove the other members instead.");
  }
  const auto after = std::make_shared<const Partnership>(Partnership{before->roster, accepted});
  RETURN_IF_ERROR(parts_.writer->Commit(RowOf(*after, true, who, accepted ? "accept" : "leave")));
  Show(after->id(), after);
  Apply();
  return after;
}

absl::StatusOr<PartnershipPtr> Partnerships::Accept(absl::string_view name, absl::string_view who) {
  return SetAccepted(name, true, who);
}

absl::StatusOr<PartnershipPtr> Partnerships::Leave(absl::string_view name, absl::string_view who) {
  return SetAccepted(name, false, who);
}

std::map<NodeId, Partners::RosterFacts> Partnerships::Facts() const {
  std::map<NodeId, Partners::RosterFacts> facts;
  for (const PartnershipPtr& partnership : List()) {
    if (!partnership->accepted) continue;
    for (const OpenedRoster::Member& member : partnership->roster.members) {
      if (member.node == parts_.self->node()) continue;
      Partners::RosterFacts& fact = facts[member.node];
      // Of two rosters, that with the newer descriptor.
      const auto shown = OpenFirstDescriptor(member.row.node_descriptor());
      const auto other = OpenFirstDescriptor(fact.node_descriptor);
      if (!other.ok() || (shown.ok() && IsNewer(*shown, *other))) {
        fact.node_descriptor = member.row.node_descriptor();
        fact.suggested_alias = member.row.suggested_alias();
      }
      fact.partnerships.push_back(partnership->id());
      for (const OpenedRoster::Member& other_member : partnership->roster.members) {
        const bool carries = other_member.row.relay() && other_member.node != member.node &&
                             other_member.node != parts_.self->node();
        if (carries) fact.relays.push_back(other_member.node);
      }
    }
  }
  for (auto& [node, fact] : facts) {
    std::sort(fact.partnerships.begin(), fact.partnerships.end());
    std::sort(fact.relays.begin(), fact.relays.end());
    fact.relays.erase(std::unique(fact.relays.begin(), fact.relays.end()), fact.relays.end());
  }
  return facts;
}

void Partnerships::Apply() {
  const auto facts = Facts();
  const auto note = [&](const NodeId& node, const absl::Status& status) {
    if (status.ok() || !parts_.log) return;
    parts_.log(absl::StrCat("roster member ", ToText(node), ": ", status.message(), " (",
                            ErrorReason(status), ")"));
  };
  for (const auto& [node, fact] : facts) {
    note(node, parts_.partners->FollowRosters(node, fact, parts_.writer));
  }
  for (const PartnerPtr& partner : parts_.partners->List()) {
    if (facts.contains(partner->node)) continue;
    note(partner->node, parts_.partners->ForgetRosters(partner->node, parts_.writer));
  }
  if (on_members_changed_) on_members_changed_();
}

absl::Status Partnerships::Refresh() {
  const MutexLock lock(&change_mutex_);
  for (const PartnershipPtr& partnership : List()) {
    if (partnership->roster.coordinator != parts_.self->node()) continue;
    const auto& members = partnership->roster.members;
    const bool outdated = std::any_of(members.begin(), members.end(), [&](const auto& member) {
      const PartnerPtr partner = parts_.partners->Get(member.node);
      const v1::NodeDescriptor known =
          partner == nullptr ? parts_.self->descriptor() : partner->descriptor;
      const bool is_here = partner != nullptr || member.node == parts_.self->node();
      const auto shown = OpenFirstDescriptor(member.row.node_descriptor());
      return is_here && shown.ok() && IsNewer(known, *shown);
    });
    if (!outdated) continue;
    RETURN_IF_ERROR(Issue(partnership->roster.roster, partnership, "system").status());
  }
  return absl::OkStatus();
}

}  // namespace maillage::identity

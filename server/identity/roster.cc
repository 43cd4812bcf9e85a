#include "server/identity/roster.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/descriptor.h"
#include "server/identity/signed.h"

namespace maillage::identity {
namespace {

absl::Status BadRoster(absl::string_view what) {
  return InvalidArgument("BAD_ROSTER", absl::StrCat("the roster's ", what));
}

bool IsTitle(absl::string_view title) {
  return !title.empty() && title.size() <= kMaxPartnershipTitle &&
         std::none_of(title.begin(), title.end(), [](char c) {
           return absl::ascii_iscntrl(static_cast<unsigned char>(c)) || c == '/';
         });
}

absl::Status ReadMembers(OpenedRoster* opened) {
  if (opened->roster.members_size() > kMaxRosterMembers) return BadRoster("members are too many");
  for (const v1::RosterMember& row : opened->roster.members()) {
    ASSIGN_OR_RETURN(const v1::NodeDescriptor descriptor,
                     OpenFirstDescriptor(row.node_descriptor()));
    opened->members.push_back({NodeIdOf(descriptor.root_public_key()), row});
  }
  std::sort(opened->members.begin(), opened->members.end(),
            [](const auto& a, const auto& b) { return a.node < b.node; });
  const auto twice =
      std::adjacent_find(opened->members.begin(), opened->members.end(),
                         [](const auto& a, const auto& b) { return a.node == b.node; });
  return twice == opened->members.end() ? absl::OkStatus() : BadRoster("members are not distinct");
}

absl::Status Check(const OpenedRoster& opened) {
  const v1::Roster& roster = opened.roster;
  if (roster.partnership().size() != kPartnershipIdBytes) return BadRoster("id is malformed");
  if (roster.version() == 0) return BadRoster("version is missing");
  if (!IsTitle(roster.title())) return BadRoster("title is missing or malformed");
  if (opened.Find(opened.coordinator) == nullptr) return BadRoster("coordinator is no member");
  if (!opened.deputy.is_zero() && opened.Find(opened.deputy) == nullptr) {
    return BadRoster("deputy is no member");
  }
  return absl::OkStatus();
}

}  // namespace

const OpenedRoster::Member* OpenedRoster::Find(const NodeId& node) const {
  const auto it = std::find_if(members.begin(), members.end(),
                               [&](const Member& member) { return member.node == node; });
  return it == members.end() ? nullptr : &*it;
}

absl::StatusOr<OpenedRoster> OpenKeptRoster(const v1::Signed& signed_roster) {
  if (signed_roster.payload().size() > kMaxRosterBytes) {
    return InvalidArgument("TOO_LARGE", "the signed Roster is too large");
  }
  OpenedRoster opened;
  opened.signed_roster = signed_roster;
  if (!opened.roster.ParseFromString(signed_roster.payload())) {
    return InvalidArgument("UNREADABLE", "the signed Roster cannot be read");
  }
  if (!NodeId::FromBytes(opened.roster.coordinator(), &opened.coordinator)) {
    return BadRoster("coordinator is missing");
  }
  if (!opened.roster.deputy().empty() &&
      !NodeId::FromBytes(opened.roster.deputy(), &opened.deputy)) {
    return BadRoster("deputy is malformed");
  }
  RETURN_IF_ERROR(ReadMembers(&opened));
  RETURN_IF_ERROR(Check(opened));
  return opened;
}

absl::StatusOr<OpenedRoster> OpenRoster(const v1::Signed& signed_roster, const RosterKeys& keys) {
  const absl::Status by_coordinator = VerifySigned("Roster", signed_roster, keys.coordinator);
  if (!by_coordinator.ok() &&
      (keys.deputy.empty() || !VerifySigned("Roster", signed_roster, keys.deputy).ok())) {
    return by_coordinator;
  }
  ASSIGN_OR_RETURN(OpenedRoster opened, OpenKeptRoster(signed_roster));
  opened.by_coordinator = by_coordinator.ok();
  return opened;
}

absl::StatusOr<RosterOrder> CompareRosters(const OpenedRoster& shown, const OpenedRoster& known) {
  if (shown.coordinator != known.coordinator) return BadRoster("coordinator is another one");
  const uint64_t version = shown.roster.version();
  if (version != known.roster.version()) {
    return version > known.roster.version() ? RosterOrder::kNewer : RosterOrder::kOlder;
  }
  if (shown.signed_roster.payload() == known.signed_roster.payload()) return RosterOrder::kSame;
  if (shown.by_coordinator && !known.by_coordinator) return RosterOrder::kNewer;
  return InvalidArgument("ROSTER_FORK",
                         "there are two rosters of one version; the coordinator's counts",
                         "The coordinator issues the next version.");
}

}  // namespace maillage::identity

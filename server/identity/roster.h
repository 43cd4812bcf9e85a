// Rosters, checked: who belongs to a partnership, by its coordinator's word.
#ifndef SERVER_IDENTITY_ROSTER_H_
#define SERVER_IDENTITY_ROSTER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "maillage/v1/link.pb.h"
#include "maillage/v1/signed.pb.h"

namespace maillage::identity {

inline constexpr size_t kPartnershipIdBytes = 8;
// A roster goes through a link, whose messages have at most 256 KiB.
inline constexpr size_t kMaxRosterBytes = 200 << 10;
inline constexpr int kMaxRosterMembers = 300;
inline constexpr size_t kMaxPartnershipTitle = 200;

// A roster and what stands in it; never changes.
struct OpenedRoster {
  struct Member {
    NodeId node;
    v1::RosterMember row;
  };
  v1::Signed signed_roster;
  v1::Roster roster;
  NodeId coordinator;
  NodeId deputy;                // zero: none
  std::vector<Member> members;  // by nodes
  bool by_coordinator = false;  // it signed; else the deputy

  // Null where the node is no member.
  const Member* Find(const NodeId& node) const;
};

// Who may sign, and with what.
struct RosterKeys {
  std::vector<std::string> coordinator;
  std::vector<std::string> deputy;  // of the version that is known; none at first
};

// INVALID_ARGUMENT: as VerifySigned(), UNREADABLE, BAD_ROSTER (what is wrong is
// in the message). Descriptors of members are opened, as those of nodes that are
// met for the first time: the signature vouches for them.
absl::StatusOr<OpenedRoster> OpenRoster(const v1::Signed& signed_roster, const RosterKeys& keys);
// The same without a look at the signature, for what was checked when it came.
absl::StatusOr<OpenedRoster> OpenKeptRoster(const v1::Signed& signed_roster);

// What a newer word is worth beside the known one.
enum class RosterOrder { kOlder, kSame, kNewer };
// INVALID_ARGUMENT (ROSTER_FORK): another content under the known version, and
// not the coordinator's against the deputy's, which wins. BAD_ROSTER: another
// coordinator.
absl::StatusOr<RosterOrder> CompareRosters(const OpenedRoster& shown, const OpenedRoster& known);

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_ROSTER_H_

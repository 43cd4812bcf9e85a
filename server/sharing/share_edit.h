// What makes an own share, and what may be changed of it later: plain functions
// of what is stored.
#ifndef SERVER_SHARING_SHARE_EDIT_H_
#define SERVER_SHARING_SHARE_EDIT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/stored.pb.h"
#include "maillage/v1/sync.pb.h"
#include "server/directory/filter.h"
#include "server/sharing/own_share.h"

namespace maillage::sharing {

// What makes a share.
struct ShareSpec {
  std::string title;
  directory::Filter filter;
  v1::View view = v1::VIEW_UNSPECIFIED;
  std::vector<NodeId> members;
  bool relayable = false;
  // Ids of partnerships whose members are members too, and who they are now.
  std::vector<std::string> partnerships;
  std::vector<NodeId> partnership_members;
};
// INVALID_ARGUMENT (BAD_SHARE).
absl::Status CheckSpec(const ShareSpec& spec);

// A change of an own share; what is not set stays.
struct ShareChange {
  std::optional<directory::Filter> filter;
  std::optional<v1::View> view;
  std::optional<bool> relayable;
  // Who is removed and is in a partnership of the share comes back with its next
  // roster.
  std::vector<NodeId> add;
  std::vector<NodeId> remove;
};

// A share as it would be.
struct EditedShare {
  v1::StoredOwnShare stored;  // its descriptor is the old one
  v1::ShareDescriptor descriptor;
  directory::Filter filter;
  // Whether other records, or other fields, are in it: it is filled again.
  bool scope_changed = false;
  bool changed = false;  // in any way
};
// INVALID_ARGUMENT (BAD_SHARE): no member would be left, or no view;
// FAILED_PRECONDITION (NOT_A_MEMBER): who is to go is not there.
absl::StatusOr<EditedShare> Edit(const OwnShare& share, const ShareChange& change);

std::vector<NodeId> MembersOf(const v1::ShareDescriptor& descriptor);
// Sorts them, without repetition.
void SetMembers(std::vector<NodeId> members, v1::ShareDescriptor* descriptor);
// It is no longer a member for its own sake.
void ForgetName(const NodeId& node, v1::StoredOwnShare* stored);
// Keeps in mind that the node was a member.
void AddFormer(const NodeId& node, v1::StoredOwnShare* stored);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SHARE_EDIT_H_

#include "server/sharing/share_edit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {
namespace {

constexpr size_t kMaxTitleBytes = 200;

absl::Status CheckView(v1::View view) {
  if (view >= v1::VIEW_CARD && view <= v1::VIEW_FULL) return absl::OkStatus();
  return InvalidArgument("BAD_SHARE", "a share has a view", "choose card, professional or full");
}

absl::Status CheckMembers(bool any) {
  if (any) return absl::OkStatus();
  return InvalidArgument("BAD_SHARE", "a share has members",
                         "name at least one partner, or delete the share");
}

absl::Status EditMembers(const ShareChange& change, EditedShare* edited) {
  std::vector<NodeId> members = MembersOf(edited->descriptor);
  for (const NodeId& node : change.remove) {
    if (std::erase(members, node) == 0) {
      return FailedPrecondition("NOT_A_MEMBER",
                                absl::StrCat(ToText(node), " is no member of the share"),
                                "maillage share show says who is");
    }
    AddFormer(node, &edited->stored);
    ForgetName(node, &edited->stored);
  }
  if (!edited->stored.partnerships().empty()) {
    for (const NodeId& node : change.add) {
      ForgetName(node, &edited->stored);
      edited->stored.add_named_members(std::string(node.bytes()));
    }
  }
  members.insert(members.end(), change.add.begin(), change.add.end());
  RETURN_IF_ERROR(CheckMembers(!members.empty() || !edited->stored.partnerships().empty()));
  SetMembers(std::move(members), &edited->descriptor);
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckSpec(const ShareSpec& spec) {
  if (spec.title.empty() || spec.title.size() > kMaxTitleBytes || spec.title == "link" ||
      absl::StrContains(spec.title, '/')) {
    return InvalidArgument("BAD_SHARE", "a share's title has 1 to 200 bytes and no slash",
                           "give it another title");
  }
  RETURN_IF_ERROR(CheckView(spec.view));
  return CheckMembers(!spec.members.empty() || !spec.partnerships.empty());
}

absl::StatusOr<EditedShare> Edit(const OwnShare& share, const ShareChange& change) {
  EditedShare edited{share.stored, share.descriptor, share.filter};
  if (change.filter.has_value()) {
    edited.filter = *change.filter;
    edited.descriptor.set_filter(change.filter->ToString());
  }
  if (change.view.has_value()) {
    RETURN_IF_ERROR(CheckView(*change.view));
    edited.descriptor.set_view(*change.view);
  }
  if (change.relayable.has_value()) edited.descriptor.set_relayable(*change.relayable);
  RETURN_IF_ERROR(EditMembers(change, &edited));
  edited.scope_changed = edited.descriptor.filter() != share.descriptor.filter() ||
                         edited.descriptor.view() != share.descriptor.view();
  edited.changed = edited.descriptor.SerializeAsString() != share.descriptor.SerializeAsString();
  return edited;
}

std::vector<NodeId> MembersOf(const v1::ShareDescriptor& descriptor) {
  return {descriptor.members().begin(), descriptor.members().end()};
}

void SetMembers(std::vector<NodeId> members, v1::ShareDescriptor* descriptor) {
  std::sort(members.begin(), members.end());
  members.erase(std::unique(members.begin(), members.end()), members.end());
  descriptor->clear_members();
  for (const NodeId& member : members) descriptor->add_members(std::string(member.bytes()));
}

void ForgetName(const NodeId& node, v1::StoredOwnShare* stored) {
  auto* named = stored->mutable_named_members();
  named->erase(std::remove(named->begin(), named->end(), node.bytes()), named->end());
}

void AddFormer(const NodeId& node, v1::StoredOwnShare* stored) {
  const std::string bytes(node.bytes());
  const auto& former = stored->former_members();
  if (std::find(former.begin(), former.end(), bytes) == former.end()) {
    stored->add_former_members(bytes);
  }
}

}  // namespace maillage::sharing

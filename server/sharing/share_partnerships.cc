// Shares whose members are those of partnerships.
#include <algorithm>
#include <utility>

#include "client/base/status_macros.h"
#include "server/sharing/shares.h"

namespace maillage::sharing {
namespace {

std::vector<std::string> Wanted(const v1::StoredOwnShare& stored,
                                const Shares::PartnershipMembers& members_of) {
  std::vector<std::string> wanted(stored.named_members().begin(), stored.named_members().end());
  for (const std::string& id : stored.partnerships()) {
    for (const NodeId& node : members_of(id)) wanted.emplace_back(node.bytes());
  }
  std::sort(wanted.begin(), wanted.end());
  wanted.erase(std::unique(wanted.begin(), wanted.end()), wanted.end());
  return wanted;
}

}  // namespace

absl::Status Shares::FollowPartnerships(const PartnershipMembers& members_of) {
  if (held_) return absl::OkStatus();
  const MutexLock lock(&mutex_);
  const ShareSetPtr set = table_->Get();
  for (const auto& [id, share] : set->shares) {
    if (share->stored.partnerships().empty() || share->stored.deleted()) continue;
    const std::vector<std::string> wanted = Wanted(share->stored, members_of);
    v1::ShareDescriptor descriptor = share->descriptor;
    const std::vector<std::string> members(descriptor.members().begin(),
                                           descriptor.members().end());
    if (members == wanted) continue;
    v1::StoredOwnShare stored = share->stored;
    for (const std::string& member : members) {
      if (!std::binary_search(wanted.begin(), wanted.end(), member)) {
        AddFormer(NodeId(member), &stored);
      }
    }
    descriptor.clear_members();
    for (const std::string& member : wanted) descriptor.add_members(member);
    RETURN_IF_ERROR(
        Publish(std::move(stored), std::move(descriptor), "system", "follow a partnership with"));
  }
  return absl::OkStatus();
}

}  // namespace maillage::sharing

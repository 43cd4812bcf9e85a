#include "server/sharing/own_share.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/sha256.h"
#include "client/base/status_macros.h"

namespace maillage::sharing {

bool NamesMember(const v1::ShareDescriptor& descriptor, const NodeId& node) {
  const auto& members = descriptor.members();
  return std::any_of(members.begin(), members.end(), [&](const std::string& bytes) {
    return absl::string_view(bytes) == node.bytes();
  });
}

ShareId LinkId(const NodeId& from, const NodeId& to) {
  const Hash hash = Sha256::ThisThread()
                        .Begin()
                        .Add(absl::string_view("maillage/v1/link\0", 17))
                        .Add(from.bytes())
                        .Add(to.bytes())
                        .Finish();
  return ShareId(hash.bytes());
}

absl::StatusOr<OwnSharePtr> OwnShare::FromStored(v1::StoredOwnShare stored) {
  auto share = std::make_shared<OwnShare>();
  share->stored = std::move(stored);
  if (!share->descriptor.ParseFromString(share->stored.share_descriptor().payload()) ||
      !ShareId::FromBytes(share->descriptor.share(), &share->id)) {
    return DataLoss("BAD_ROW", "a share of this node cannot be read", "restore from a backup");
  }
  // Canonical filters name nodes by their ids.
  const auto no_aliases = [](absl::string_view alias) -> absl::StatusOr<NodeId> {
    return NotFound("UNKNOWN_ALIAS", absl::StrCat("nothing is called ", alias));
  };
  auto filter = directory::Filter::Parse(share->descriptor.filter(), no_aliases);
  if (!filter.ok()) {
    return DataLoss("BAD_ROW", absl::StrCat("the filter of share ", share->descriptor.title(),
                                            " cannot be read: ", filter.status().message()));
  }
  share->filter = *std::move(filter);
  return share;
}

OwnSharePtr ShareSet::Find(const ShareId& id) const {
  const auto it = shares.find(id);
  return it == shares.end() ? nullptr : it->second;
}

ShareSetPtr ShareTable::Get() const {
  const MutexLock lock(&mutex_);
  return set_;
}

void ShareTable::Put(OwnSharePtr share) {
  const MutexLock lock(&mutex_);
  auto next = std::make_shared<ShareSet>(*set_);
  ++next->generation;
  next->shares[share->id] = std::move(share);
  set_ = std::move(next);
}

}  // namespace maillage::sharing

// Own shares of a node that recovers.
#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/signed.h"
#include "server/sharing/shares.h"

namespace maillage::sharing {

void Shares::Hold() { held_ = true; }

void Shares::Resume() {
  held_ = false;
  WakeFiller();
}

absl::Status Shares::CheckNotHeld() const {
  if (!held_) return absl::OkStatus();
  return FailedPrecondition("RECOVERING", "the node recovers: its shares rest until it is done",
                            "maillage node recover shows for whom it waits");
}

absl::Status Shares::Adopt(const v1::Signed& signed_descriptor,
                           const std::vector<std::string>& own_keys) {
  ASSIGN_OR_RETURN(v1::ShareDescriptor descriptor,
                   identity::OpenSigned<v1::ShareDescriptor>(signed_descriptor, own_keys));
  ShareId id;
  if (absl::string_view(descriptor.origin()) != self_.bytes() ||
      !ShareId::FromBytes(descriptor.share(), &id)) {
    return InvalidArgument("BAD_DESCRIPTOR", "the terms are of no share of this node");
  }
  const MutexLock lock(&mutex_);
  const OwnSharePtr known = table_->Get()->Find(id);
  v1::StoredOwnShare stored;
  bool scope_changed = !descriptor.link();
  if (known != nullptr) {
    if (known->descriptor.version() >= descriptor.version()) return absl::OkStatus();
    stored = known->stored;
    scope_changed = known->descriptor.filter() != descriptor.filter() ||
                    known->descriptor.view() != descriptor.view();
    for (const NodeId& before : MembersOf(known->descriptor)) {
      if (!NamesMember(descriptor, before)) AddFormer(before, &stored);
    }
  }
  *stored.mutable_share_descriptor() = signed_descriptor;
  if (scope_changed) {
    stored.set_filling(true);
    stored.set_scope_version(descriptor.version());
  }
  return Store(std::move(stored), "system", "take back the terms of");
}

}  // namespace maillage::sharing

// Invitations of partners that this node carries, and what cascades ask of its own.
#include "client/base/status_macros.h"
#include "server/broadcast/cascade/rows.h"
#include "server/broadcast/invitations.h"

namespace maillage::broadcast {

absl::StatusOr<std::string> Invitations::CascadeOf(const std::string& invitation) const {
  ASSIGN_OR_RETURN(const auto cascade, ReadCascade(parts_.database->latest(), invitation));
  return cascade.has_value() ? cascade->terms.cascade() : "";
}

absl::StatusOr<std::shared_ptr<Job>> Invitations::Carry(const KeptInvitation& kept,
                                                        absl::string_view who) {
  const MutexLock send(&send_mutex_);
  if (std::shared_ptr<Job> job = jobs_.Of(kept)) return job;
  RETURN_IF_ERROR(CheckCanCarry(kept));
  ASSIGN_OR_RETURN(const std::string cascade, CascadeOf(kept.name));
  return jobs_.Make(kept, cascade, who);
}

}  // namespace maillage::broadcast

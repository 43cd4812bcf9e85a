// What must hold before mails of an invitation leave.
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/broadcast/content.h"
#include "server/broadcast/invitations.h"

namespace maillage::broadcast {

absl::Status Invitations::CheckMailServer() const {
  if (!options_.smtp.url.empty() && !options_.sender.mailbox.empty()) return absl::OkStatus();
  return FailedPrecondition("NO_MAIL_SERVER", "this node has no mail server or no mailbox",
                            "set smtp and from in node.toml and start the node again");
}

absl::Status Invitations::CheckReady(const KeptInvitation& kept) const {
  if (kept.issuer != parts_.self->node()) {
    return FailedPrecondition("NOT_ISSUER", "this node did not issue the invitation",
                              "its issuer sends it");
  }
  if (!kept.SignedByAll()) {
    return FailedPrecondition(
        "NOT_SIGNED", "not every co-organiser has signed",
        "ask them to run `maillage invitation cosign`; for one without a node "
        "run `maillage invitation attest`");
  }
  return CheckNotOver(kept.content);
}

absl::Status Invitations::CheckNotOver(const v1::InvitationContent& content) const {
  if (parts_.clock->Now() <= NotAfter(content)) return absl::OkStatus();
  return FailedPrecondition("NOT_AFTER_PASSED", "the time after which no mail may leave has passed",
                            "create the invitation again with a later not_after");
}

absl::Status Invitations::CheckNotRecovering() const {
  if (parts_.is_recovering == nullptr || !parts_.is_recovering()) return absl::OkStatus();
  return FailedPrecondition("RECOVERING", "the node recovers: no mail leaves until it is done",
                            "maillage node recover shows for whom it waits");
}

absl::Status Invitations::CheckCanCarry(const KeptInvitation& kept) const {
  RETURN_IF_ERROR(CheckMailServer());
  RETURN_IF_ERROR(CheckNotRecovering());
  const auto filter = parts_.directory->ParseFilter(kept.content.audience_filter());
  if (!filter.ok()) return Annotate(filter.status(), "audience");
  return CheckNotOver(kept.content);
}

}  // namespace maillage::broadcast

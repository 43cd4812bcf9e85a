// Invitations from draft to report: what the node's users do with them.
//
// Signatures are InvitationStore's, delivery is Job's; this ties them together
// and is all that a service needs.
#ifndef SERVER_BROADCAST_INVITATIONS_H_
#define SERVER_BROADCAST_INVITATIONS_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/mutex.h"
#include "maillage/v1/invitation_service.pb.h"
#include "server/broadcast/invitation_store.h"
#include "server/broadcast/job.h"
#include "server/broadcast/jobs.h"
#include "server/broadcast/mail/mime.h"

namespace maillage::broadcast {

// Thread safe. `who` is the caller's resource name, for the audit. Names are
// resource names, or references where only one invitation has it; unknown ones
// are NOT_FOUND (NO_SUCH_INVITATION).
class Invitations {
 public:
  // Opens the stored broadcasts: what a crash left in DOT becomes UNCERTAIN, and
  // none runs before Resume. Everything in `parts` outlives it.
  static absl::StatusOr<std::unique_ptr<Invitations>> Open(InvitationStore::Parts parts,
                                                           JobOptions options);
  // Stops what runs, within about `options.stop_patience`.
  ~Invitations();

  // See InvitationStore.
  absl::StatusOr<v1::Invitation> Create(absl::string_view file, absl::string_view who);
  absl::StatusOr<v1::Invitation> Cosign(absl::string_view name, absl::string_view who);
  // The broadcast of the former revision stops for good.
  absl::StatusOr<v1::Invitation> Revise(absl::string_view name, absl::string_view file,
                                        absl::string_view who);
  absl::StatusOr<v1::Invitation> Recall(absl::string_view name, absl::string_view why,
                                        absl::string_view who);
  absl::StatusOr<v1::Invitation> Attest(absl::string_view name, absl::string_view organiser,
                                        absl::string_view proof, absl::string_view who);
  absl::Status Receive(const NodeId& from, const v1::LinkMessage& message,
                       storage::Transaction* transaction) const;

  absl::StatusOr<v1::Invitation> Get(absl::string_view name) const;
  // As it is stored.
  absl::StatusOr<KeptInvitation> Find(absl::string_view name) const;
  // Whether it may leave this node. FAILED_PRECONDITION: NOT_ISSUER, NOT_SIGNED,
  // NOT_AFTER_PASSED.
  absl::Status CheckReady(const KeptInvitation& kept) const;
  // Whom the invitation is for, by what this node knows now.
  absl::StatusOr<Audience> Expand(const v1::InvitationContent& content) const;
  // The broadcast of an invitation from here, of the former revision while the
  // present one was not sent; null where there is none.
  std::shared_ptr<Job> JobOf(const KeptInvitation& kept) const;
  // What the tokens of mails speak of. NOT_FOUND (NO_SUCH_BROADCAST).
  absl::StatusOr<KeptInvitation> FindByJob(const RecordId& job) const;
  // Newest first.
  absl::StatusOr<std::vector<v1::Invitation>> List() const;

  // INVALID_ARGUMENT: BAD_PAGE_SIZE, BAD_PAGE_TOKEN. A partner's invitation has
  // a letter, but no audience here, unless it was offered to this node.
  absl::StatusOr<v1::PreviewInvitationResponse> Preview(
      const v1::PreviewInvitationRequest& request) const;
  // Sends one copy, marked as a test; returns the mail server's answer.
  // INVALID_ARGUMENT (BAD_MAILBOX), FAILED_PRECONDITION (NO_MAIL_SERVER); errors
  // of SendOne.
  absl::StatusOr<std::string> Test(absl::string_view name, absl::string_view mailbox) const;

  // Sends a short mail on its own. Errors as of Test(). Blocks at most about ten seconds.
  absl::Status SendNote(const Note& note) const;

  // Starts the broadcast and returns; harmless when repeated.
  // FAILED_PRECONDITION: NOT_ISSUER, NOT_SIGNED, NOT_AFTER_PASSED,
  // NO_MAIL_SERVER, RECOVERING.
  absl::StatusOr<v1::Invitation> Send(absl::string_view name, absl::string_view who);
  // The rest is for cascades, of which each node's broadcasts wait for grants.

  // The broadcast of the present revision of a partner's invitation, made where it is
  // not there. FAILED_PRECONDITION: NO_MAIL_SERVER, RECOVERING, NOT_AFTER_PASSED.
  absl::StatusOr<std::shared_ptr<Job>> Carry(const KeptInvitation& kept, absl::string_view who);
  // Whether Carry() can be; also INVALID_ARGUMENT (BAD_FILTER): this node cannot tell who
  // is meant.
  absl::Status CheckCanCarry(const KeptInvitation& kept) const;
  // FAILED_PRECONDITION (RECOVERING).
  absl::Status CheckNotRecovering() const;
  // Whether there is a broadcast of the present revision.
  bool HasBroadcast(const KeptInvitation& kept) const { return jobs_.Of(kept) != nullptr; }
  // Those of all revisions, in their order.
  std::vector<std::shared_ptr<Job>> JobsOf(const std::string& name) const {
    return jobs_.AllOf(name);
  }
  // See InvitationStore.
  absl::StatusOr<KeptInvitation> TakeOffered(KeptInvitation offered,
                                             storage::Transaction* transaction) const {
    return store_.TakeOffered(std::move(offered), transaction);
  }

  // The node recovers: as Job::Recover() for every broadcast.
  absl::Status Recover();
  // FAILED_PRECONDITION (NOT_SENT) where there is no broadcast, for all below. While
  // a revision was not sent they are about the former one.
  absl::StatusOr<v1::Invitation> Pause(absl::string_view name, absl::string_view who);
  absl::StatusOr<v1::Invitation> Resume(absl::string_view name, absl::string_view who);
  absl::StatusOr<std::shared_ptr<Job>> FindJob(absl::string_view name) const;
  // Null where there is none.
  std::shared_ptr<Job> JobWithId(const RecordId& id) const;
  absl::StatusOr<v1::ReportInvitationResponse> Report(absl::string_view name) const;
  // By number.
  absl::StatusOr<std::vector<v1::RecipientRow>> Uncertain(absl::string_view name) const;
  // INVALID_ARGUMENT (BAD_DECISION); as Job::Resolve.
  absl::StatusOr<v1::BroadcastProgress> Resolve(absl::string_view name,
                                                v1::ResolveUncertainRequest::Decision decision,
                                                absl::string_view who);

 private:
  Invitations(InvitationStore::Parts parts, JobOptions options);

  absl::StatusOr<bool> HasObjected(const v1::StoredRecipient& recipient,
                                   const v1::InvitationContent& content) const;
  absl::Status CheckMailServer() const;
  // The id of its cascade; empty where it was not offered.
  absl::StatusOr<std::string> CascadeOf(const std::string& invitation) const;
  absl::Status CheckNotOver(const v1::InvitationContent& content) const;
  std::string DirectoryNameOf(const NodeId& node) const;
  v1::Invitation Describe(const KeptInvitation& kept) const;
  v1::OrganiserState DescribeOrganiser(const KeptInvitation& kept, int organiser) const;
  v1::Invitation::State StateOf(const KeptInvitation& kept) const;

  const InvitationStore::Parts parts_;
  const JobOptions options_;
  InvitationStore store_;
  Jobs jobs_;
  Mutex send_mutex_;  // Send, Revise and Recall, one at a time
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_INVITATIONS_H_

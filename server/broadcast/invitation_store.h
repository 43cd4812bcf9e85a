// The invitations of this node and those that partners ask it to co-sign, with
// their signatures.
//
// The issuer signs the content; each co-organiser signs its hash. Both travel
// in links. A draft that changes gets the next sequence number and loses its
// cosignatures.
#ifndef SERVER_BROADCAST_INVITATION_STORE_H_
#define SERVER_BROADCAST_INVITATION_STORE_H_

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "client/base/clock.h"
#include "maillage/v1/invitation.pb.h"
#include "maillage/v1/link.pb.h"
#include "maillage/v1/stored_broadcast.pb.h"
#include "server/directory/directory.h"
#include "server/directory/objections.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::broadcast {

// Adds a message in the link to a partner to a transaction, which is refused
// (ABORTED) where another message came first: sharing::Links::AddTo.
using AddToLink = std::function<absl::Status(const NodeId& to, const v1::LinkMessage& message,
                                             storage::Transaction* transaction)>;

// An invitation as it is stored.
struct KeptInvitation {
  std::string name;  // nodes/{issuer}/invitations/{reference}
  NodeId issuer;
  std::string row;  // the stored bytes; empty: not stored yet
  v1::StoredInvitation stored;
  v1::InvitationContent content;  // of stored.content()

  // Whether the node signed the present content.
  bool SignedBy(const NodeId& node) const;
  // Whether every organiser did; of one without a node an officer attested it.
  bool SignedByAll() const;
  // An officer's word on an organiser, by its place; null where there is none.
  const v1::StoredAttestation* AttestationOf(int organiser) const;
  // Holds while the stored row is this one.
  storage::Precondition Unchanged() const;
};

// Thread safe. Changes check that nobody else changed the row meanwhile, and
// are tried again where somebody did.
class InvitationStore {
 public:
  // All outlive the store.
  struct Parts {
    storage::Database* database;
    storage::Writer* writer;
    const Clock* clock;
    const identity::Self* self;
    const identity::Partners* partners;
    const directory::Directory* directory;
    AddToLink add_to_link;
    // Who objected (RGPD art. 21). May be null.
    const directory::Objections* objections = nullptr;
    // Whether the node recovers: no mail leaves meanwhile. May be null.
    std::function<bool()> is_recovering = nullptr;
  };
  explicit InvitationStore(Parts parts) : parts_(std::move(parts)) {}

  // Reads a file (invitation_file.h), signs it and asks the co-organisers. The
  // same file again asks again those that did not sign. INVALID_ARGUMENT:
  // BAD_INVITATION_FILE, BAD_FILTER; FAILED_PRECONDITION (ALREADY_SENT).
  absl::StatusOr<KeptInvitation> Create(absl::string_view file, absl::string_view who) const;

  // The next revision, from a file with the same reference. It is signed anew.
  // FAILED_PRECONDITION (NOT_ISSUER, RECALLED, NOTHING_CHANGED); otherwise as
  // Create(). `build`, which may be null, adds to the transaction.
  using AddMore = std::function<absl::Status(const KeptInvitation&, storage::Transaction*)>;
  absl::StatusOr<KeptInvitation> Revise(absl::string_view name, absl::string_view file,
                                        const AddMore& add, absl::string_view who) const;
  // The revision that says that the event does not take place. INVALID_ARGUMENT
  // (BAD_WHY); FAILED_PRECONDITION as above.
  absl::StatusOr<KeptInvitation> Recall(absl::string_view name, absl::string_view why,
                                        const AddMore& add, absl::string_view who) const;
  // Records that an organiser without a node approved the present content.
  // NOT_FOUND (NO_SUCH_ORGANISER), INVALID_ARGUMENT (NO_PROOF).
  absl::StatusOr<KeptInvitation> Attest(absl::string_view name, absl::string_view organiser,
                                        absl::string_view proof, absl::string_view who) const;

  // Adds to `transaction` that a partner's invitation came with all signatures,
  // which were checked: a newer one takes the place of what is here. Returns it as it is then.
  // INVALID_ARGUMENT (TWO_TEXTS) where its issuer signed another text under the same sequence;
  // TOO_MANY.
  absl::StatusOr<KeptInvitation> TakeOffered(KeptInvitation offered,
                                             storage::Transaction* transaction) const;

  // By name, or by reference where only one has it. NOT_FOUND
  // (NO_SUCH_INVITATION), INVALID_ARGUMENT (AMBIGUOUS_NAME).
  absl::StatusOr<KeptInvitation> Find(absl::string_view name) const;
  // Own and received, newest first.
  absl::StatusOr<std::vector<KeptInvitation>> All() const;

  // Signs a partner's invitation and answers through the link; again where it
  // was signed before. FAILED_PRECONDITION (OWN_INVITATION).
  absl::StatusOr<KeptInvitation> Cosign(absl::string_view name, absl::string_view who) const;

  // Adds to `transaction` what a message that came in the link from a partner
  // does; nothing of it is believed before its signature. NOT_FOUND
  // (NO_SUCH_PARTNER) may pass; INVALID_ARGUMENT says that the message is of no
  // use, now or later. A message that is merely late changes nothing.
  absl::Status Receive(const NodeId& from, const v1::LinkMessage& message,
                       storage::Transaction* transaction) const;

  // {invitation}/broadcasts/{sequence}
  static std::string JobName(const std::string& invitation, const absl::AlphaNum& sequence);

  // As it is stored; nothing where it is not.
  absl::StatusOr<std::optional<KeptInvitation>> Read(const std::string& name) const;

 private:
  absl::Status ReadAllOf(const NodeId& issuer, std::vector<KeptInvitation>* all) const;
  void Write(const KeptInvitation& kept, absl::string_view verb, absl::string_view who,
             storage::Transaction* transaction) const;
  // Builds and commits until nobody else was faster.
  absl::StatusOr<KeptInvitation> Commit(
      absl::FunctionRef<absl::StatusOr<KeptInvitation>(storage::Transaction*)> build) const;
  absl::StatusOr<KeptInvitation> Draft(v1::InvitationContent content, absl::string_view who,
                                       storage::Transaction* transaction) const;
  absl::StatusOr<v1::InvitationContent> ParseFile(absl::string_view file) const;
  // The own invitation of that name, for its next revision.
  absl::StatusOr<KeptInvitation> FindOwn(absl::string_view name) const;
  absl::StatusOr<KeptInvitation> Next(const KeptInvitation& old, v1::InvitationContent content,
                                      absl::string_view verb, absl::string_view who,
                                      const AddMore& add, storage::Transaction* transaction) const;
  absl::StatusOr<bool> HasBroadcast(const std::string& invitation) const;
  absl::Status CheckRoom(const NodeId& issuer) const;
  absl::Status AskCosigners(const KeptInvitation& kept, storage::Transaction* transaction) const;
  absl::Status Answer(const KeptInvitation& kept, storage::Transaction* transaction) const;
  absl::Status ReceiveRequest(const identity::Partner& from, const v1::Signed& request,
                              storage::Transaction* transaction) const;
  absl::Status CheckRequest(const identity::Partner& from,
                            const v1::InvitationContent& content) const;
  absl::Status ReceiveCosignature(const identity::Partner& from, const v1::Signed& signature,
                                  storage::Transaction* transaction) const;

  const Parts parts_;
};

}  // namespace maillage::broadcast

#endif  // SERVER_BROADCAST_INVITATION_STORE_H_

// The nodes that this node is paired with: meta rows "partner/{node}", held in
// memory.
#ifndef SERVER_IDENTITY_PARTNERS_H_
#define SERVER_IDENTITY_PARTNERS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/identity.pb.h"
#include "maillage/v1/signed.pb.h"
#include "server/identity/self.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::identity {

// A partner as it stood when it was looked up; never changes.
struct Partner {
  NodeId node;
  std::string alias;
  absl::Time pair_time;
  v1::Signed signed_descriptor;
  v1::NodeDescriptor descriptor;
  std::vector<std::string> signing_keys;  // of the descriptor
  std::string check_words;
  // What rosters say (partnerships.h): the partnerships that it is a member of,
  // and which other members carry for it.
  std::vector<std::string> partnerships;  // ids
  std::vector<NodeId> relays;             // ascending
  // It came by a roster, and was not paired directly.
  bool by_roster = false;
  // Set where it closed: its last word, and who goes on with its records.
  v1::Signed succession;
  NodeId heir;

  bool IsClosed() const { return !succession.payload().empty(); }
};
using PartnerPtr = std::shared_ptr<const Partner>;

// What happened to a partner.
struct PartnerChange {
  PartnerPtr before;  // null: newly paired
  PartnerPtr after;   // null: removed
};

// Thread safe. Changes are durable before they show.
class Partners {
 public:
  // Called after each change, one at a time and in order, on the changing
  // thread. It may look partners up, but change none.
  using Listener = std::function<void(const PartnerChange&)>;

  // Reads the stored partners. DATA_LOSS (BAD_PARTNER_ROW). `self` and `clock`
  // must outlive it.
  static absl::StatusOr<std::unique_ptr<Partners>> Load(const Self* self,
                                                        const storage::Reader& reader,
                                                        const Clock* clock);

  // Before other threads know of the partners.
  void AddListener(Listener listener);

  // In order of aliases.
  std::vector<PartnerPtr> List() const;
  // Null where there is none.
  PartnerPtr Get(const NodeId& node) const;
  PartnerPtr FindByCertificate(absl::string_view certificate_hash) const;
  // By partners/NODE, node id or alias, in this order. NOT_FOUND
  // (NO_SUCH_PARTNER).
  absl::StatusOr<PartnerPtr> Find(absl::string_view name) const;

  // Makes a partner of a node, or a newer descriptor of one that is a partner
  // already (whose alias stays). `suggested_alias` is made fit, and gets -2 (or
  // higher) where it is taken. What `transaction` has is committed along.
  // INVALID_ARGUMENT: as OpenFirstDescriptor(), OWN_NODE, CERTIFICATE_TAKEN (it
  // names a certificate of this node or of another partner); ABORTED
  // (CHANGED_MEANWHILE) from the transaction's own preconditions.
  absl::StatusOr<PartnerPtr> Add(const v1::Signed& signed_descriptor,
                                 absl::string_view suggested_alias, storage::Writer* writer,
                                 storage::Transaction transaction);

  // Takes a descriptor that the partner shows. An older one or the same changes
  // nothing. INVALID_ARGUMENT: as OpenSuccessor(), CERTIFICATE_TAKEN,
  // DESCRIPTOR_FORK (other content under the same version); NOT_FOUND.
  absl::Status Update(const NodeId& node, const v1::Signed& signed_descriptor,
                      storage::Writer* writer);

  // What the rosters that this node accepted say of a member.
  struct RosterFacts {
    v1::Signed node_descriptor;
    std::string suggested_alias;
    std::vector<std::string> partnerships;
    std::vector<NodeId> relays;
  };
  // Makes a partner of a member, or notes what changed. Errors as Add() and
  // Update().
  absl::Status FollowRosters(const NodeId& node, const RosterFacts& facts, storage::Writer* writer);
  // No roster names it any more: it stays only if it was paired directly.
  absl::Status ForgetRosters(const NodeId& node, storage::Writer* writer);
  // Takes a closing partner's last word; the first one counts. NOT_FOUND,
  // INVALID_ARGUMENT: as OpenSuccession().
  absl::Status Close(const NodeId& node, const v1::Signed& succession, storage::Writer* writer);

  // NOT_FOUND (NO_SUCH_PARTNER).
  absl::Status Remove(const NodeId& node, storage::Writer* writer, absl::string_view who);

 private:
  Partners(const Self* self, const Clock* clock) : self_(self), clock_(clock) {}
  // The same partner with this descriptor.
  PartnerPtr With(Partner partner, const v1::Signed& signed_descriptor,
                  v1::NodeDescriptor descriptor) const;
  absl::Status CheckCertificates(const NodeId& node, const v1::NodeDescriptor& descriptor) const;
  std::string FreeAlias(absl::string_view suggestion) const;
  absl::Status Store(PartnerChange change, storage::Writer* writer,
                     storage::Transaction transaction) ABSL_EXCLUSIVE_LOCKS_REQUIRED(change_mutex_);
  void Show(const PartnerChange& change);

  const Self* const self_;
  const Clock* const clock_;
  std::vector<Listener> listeners_;
  // Held from looking to storing, so that changes do not cross; taken first.
  Mutex change_mutex_;
  mutable Mutex mutex_;
  std::map<NodeId, PartnerPtr> partners_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, PartnerPtr> by_certificate_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_PARTNERS_H_

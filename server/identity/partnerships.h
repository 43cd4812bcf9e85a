// The partnerships that this node belongs to, coordinates, or is asked to join:
// meta rows "partnership/{id in hex}", held in memory.
//
// A roster is the word of its coordinator, or of the deputy. One that is new here
// waits for one yes; from then on its members are partners, later members too,
// and whoever leaves it is a partner no more, unless paired directly as well.
#ifndef SERVER_IDENTITY_PARTNERSHIPS_H_
#define SERVER_IDENTITY_PARTNERSHIPS_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "server/identity/partners.h"
#include "server/identity/roster.h"
#include "server/identity/self.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::identity {

// As it stood when it was looked up; never changes.
struct Partnership {
  OpenedRoster roster;
  bool accepted = false;

  const std::string& id() const { return roster.roster.partnership(); }
  const std::string& title() const { return roster.roster.title(); }
};
using PartnershipPtr = std::shared_ptr<const Partnership>;

// Thread safe. Changes are durable before they show.
class Partnerships {
 public:
  // All must outlive it. `add_to_link` is Links::AddTo(); `log` gets a line for
  // each member that could not be made a partner.
  struct Parts {
    const Self* self;
    Partners* partners;
    storage::Writer* writer;
    const Clock* clock;
    std::function<absl::Status(const NodeId&, const v1::LinkMessage&, storage::Transaction*)>
        add_to_link;
    std::function<void(const std::string&)> log;
  };

  // DATA_LOSS (BAD_ROW).
  static absl::StatusOr<std::unique_ptr<Partnerships>> Load(Parts parts,
                                                            const storage::Reader& reader);

  // Called after the members of accepted partnerships may have changed, on the
  // changing thread. Before other threads know of it.
  void OnMembersChanged(std::function<void()> then) { on_members_changed_ = std::move(then); }
  // Ends what a stop cut off.
  void Start();

  // In order of titles.
  std::vector<PartnershipPtr> List() const;
  // By title or id in hex. NOT_FOUND (NO_SUCH_PARTNERSHIP).
  absl::StatusOr<PartnershipPtr> Find(absl::string_view name) const;
  // The members of an accepted partnership that are partners; none for others.
  std::vector<NodeId> PartnersIn(absl::string_view id) const;

  // As the coordinator. `relays` and `deputy` are partners, or empty.
  // ALREADY_EXISTS (TITLE_TAKEN), INVALID_ARGUMENT (BAD_ROSTER).
  absl::StatusOr<PartnershipPtr> Create(const std::string& title, const NodeId& deputy,
                                        const std::vector<NodeId>& relays, absl::string_view who);
  // As the coordinator or the deputy. NOT_FOUND; PERMISSION_DENIED
  // (NOT_COORDINATOR); FAILED_PRECONDITION (STILL_NEEDED: the coordinator or the
  // deputy is to be removed).
  absl::StatusOr<PartnershipPtr> AddMember(absl::string_view name, const NodeId& node, bool relay,
                                           absl::string_view who);
  absl::StatusOr<PartnershipPtr> RemoveMember(absl::string_view name, const NodeId& node,
                                              absl::string_view who);
  // As a member. Accepting is harmless when repeated. FAILED_PRECONDITION
  // (COORDINATOR_STAYS) where the coordinator is to leave.
  absl::StatusOr<PartnershipPtr> Accept(absl::string_view name, absl::string_view who);
  absl::StatusOr<PartnershipPtr> Leave(absl::string_view name, absl::string_view who);

  // Takes a roster from a link. INVALID_ARGUMENT: as OpenRoster() and
  // CompareRosters(); NOT_COORDINATOR (of a roster that is new here);
  // RESOURCE_EXHAUSTED (TOO_MANY_PARTNERSHIPS).
  absl::Status Receive(const NodeId& from, const v1::Signed& signed_roster);
  // As a coordinator: a member whose descriptor is newer than the roster's has a
  // next version issued.
  absl::Status Refresh();

 private:
  explicit Partnerships(Parts parts) : parts_(std::move(parts)) {}
  using Edit = std::function<absl::Status(const OpenedRoster&, v1::Roster*)>;

  RosterKeys KeysFor(const NodeId& coordinator, const PartnershipPtr& known) const;
  std::vector<std::string> KeysOf(const NodeId& node) const;
  absl::StatusOr<PartnershipPtr> Change(absl::string_view name, const Edit& edit,
                                        absl::string_view who)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(change_mutex_);
  // Signs the next version with the members' newest descriptors, stores it, and
  // sends it to whom it concerns.
  absl::StatusOr<PartnershipPtr> Issue(v1::Roster roster, const PartnershipPtr& before,
                                       absl::string_view who)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(change_mutex_);
  absl::Status Send(const PartnershipPtr& partnership, const PartnershipPtr& before,
                    storage::Transaction* transaction) const;
  absl::StatusOr<PartnershipPtr> SetAccepted(absl::string_view name, bool accepted,
                                             absl::string_view who);
  void Show(const std::string& id, PartnershipPtr partnership);
  PartnershipPtr Get(const std::string& id) const;
  // Makes partners be what the accepted rosters say.
  void Apply() ABSL_EXCLUSIVE_LOCKS_REQUIRED(change_mutex_);
  std::map<NodeId, Partners::RosterFacts> Facts() const;

  const Parts parts_;
  std::function<void()> on_members_changed_;
  Mutex change_mutex_;  // held from looking to storing; taken first
  mutable Mutex mutex_;
  std::map<std::string, PartnershipPtr> partnerships_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::identity

#endif  // SERVER_IDENTITY_PARTNERSHIPS_H_

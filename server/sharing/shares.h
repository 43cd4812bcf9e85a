// The shares of this node: making, deleting, members, and the links that every
// partner has. What is stored is signed; what is new is filled.
#ifndef SERVER_SHARING_SHARES_H_
#define SERVER_SHARING_SHARES_H_

#include <atomic>
#include <functional>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/share_service.pb.h"
#include "server/directory/gates.h"
#include "server/identity/signer.h"
#include "server/sharing/filler.h"
#include "server/sharing/own_share.h"
#include "server/sharing/resigner.h"
#include "server/sharing/share_edit.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Thread safe.
class Shares {
 public:
  // Told after a share came or changed: it is offered and published anew.
  using OnChanged = std::function<void(const std::set<ShareId>&)>;
  using OnError = std::function<void(const ShareId&, const absl::Status&)>;

  // Reads the stored shares into the table; before anything is committed.
  static absl::Status Load(const NodeId& self, const storage::Reader& reader, ShareTable* table);

  // The pointers must outlive it.
  Shares(const NodeId& self, const identity::Signer* signer, const storage::Database* database,
         storage::Writer* writer, ShareTable* table, OnChanged on_changed, OnError on_error,
         directory::Gates gates = {});
  ~Shares();

  // Goes on filling what a stop interrupted.
  void Start();
  void Stop();

  // INVALID_ARGUMENT (BAD_SHARE), ALREADY_EXISTS (TITLE_TAKEN). `who` is for
  // the audit.
  absl::StatusOr<OwnSharePtr> Create(const ShareSpec& spec, absl::string_view who);
  // The next version of its descriptor. Another filter or view has the share
  // filled again, which sends just the difference; on return nothing is served
  // of it that the new terms do not allow. As Edit(); NOT_FOUND (NO_SUCH_SHARE).
  absl::StatusOr<OwnSharePtr> Update(const ShareId& share, const ShareChange& change,
                                     absl::string_view who);
  // What Update() would change in what members see; see share_preview.h.
  absl::StatusOr<v1::PreviewShareResponse> Preview(
      const ShareId& share, const ShareChange& change, size_t records,
      const std::function<std::string(const NodeId&)>& alias_of) const;
  // Members are told to drop it. NOT_FOUND (NO_SUCH_SHARE).
  absl::Status Delete(const ShareId& share, absl::string_view who);
  // By nodes/{node}/shares/{share}, id or title; no links. NOT_FOUND
  // (NO_SUCH_SHARE).
  absl::StatusOr<OwnSharePtr> Find(absl::string_view name) const;
  // In order of titles, without links and deleted ones.
  std::vector<OwnSharePtr> List() const;

  // Fills a share that is filling, or empties a deleted one; what the thread does
  // with each. UNAVAILABLE where it was stopped.
  absl::Status FillOne(const OwnShare& share);

  // The signing key is another: every descriptor and every erasure is signed
  // anew, on the filling thread.
  void SignAnew() { WakeFiller(); }
  // What that thread does first; harmless when there is nothing to do.
  absl::Status SignNow();

  // Members of partnerships have come or gone; `members_of` names those of one.
  using PartnershipMembers = std::function<std::vector<NodeId>(absl::string_view id)>;
  absl::Status FollowPartnerships(const PartnershipMembers& members_of);

  // While the node recovers its own terms rest (RECOVERING), and partners' comings
  // and goings are not followed: they may stand on what is known no more. Resume()
  // goes on with all that, but for partners, which are told again.
  void Hold();
  void Resume();
  // Takes terms of an own share that a partner shows, where they are newer than
  // those here or of a share that is not known any more. Errors of
  // identity::OpenSigned(), INVALID_ARGUMENT (BAD_DESCRIPTOR).
  absl::Status Adopt(const v1::Signed& descriptor, const std::vector<std::string>& own_keys);

  // A partner has a link, which carries messages to it, if need be by way of
  // `relays`, which are partners too. Harmless when repeated.
  absl::Status AddPartner(const NodeId& node, const std::vector<NodeId>& relays = {});
  // It leaves every share, and its link.
  absl::Status RemovePartner(const NodeId& node);

 private:
  // A share that is there, and no link. NOT_FOUND (NO_SUCH_SHARE).
  absl::StatusOr<OwnSharePtr> Existing(const ShareId& share) const;
  // FAILED_PRECONDITION (RECOVERING).
  absl::Status CheckNotHeld() const;
  // Stores a share and shows it on the writer's thread, so that no commit falls
  // between the two.
  absl::Status Store(v1::StoredOwnShare stored, absl::string_view who, absl::string_view what)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Adds that no Head is stored of a deleted share any more.
  absl::Status CloseHead(const OwnShare& share, storage::Transaction* transaction) const;
  absl::Status CommitAndShow(const OwnSharePtr& share, storage::Transaction transaction);
  // Signs and stores the next version of a descriptor.
  absl::Status Publish(v1::StoredOwnShare stored, v1::ShareDescriptor descriptor,
                       absl::string_view who, absl::string_view what)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status RemoveMember(const OwnShare& share, const NodeId& node)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status Republish(const ShareId& id);
  void WakeFiller();
  void FillerLoop();
  void FillAll(std::set<ShareId>* emptied);
  // A share that is to be filled or emptied; null: none. `emptied` are done.
  OwnSharePtr NextToFill(const std::set<ShareId>& emptied) const;

  const NodeId self_;
  const identity::Signer* const signer_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  ShareTable* const table_;
  const OnChanged on_changed_;
  const OnError on_error_;
  const directory::Gates gates_;
  Mutex mutex_;  // held from looking to storing
  std::atomic<bool> stopping_ = false;
  std::atomic<bool> held_ = false;
  Filler filler_;
  Resigner resigner_;
  Mutex filler_mutex_;
  CondVar filler_wake_;
  bool filler_work_ ABSL_GUARDED_BY(filler_mutex_) = true;
  std::thread filler_thread_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SHARES_H_

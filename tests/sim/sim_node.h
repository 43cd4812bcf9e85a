// One node of a simulation: the parts of sharing as the composition root puts
// them together, on a disk that outlives them.
#ifndef TESTS_SIM_SIM_NODE_H_
#define TESTS_SIM_SIM_NODE_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "server/directory/directory.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/sharing/erasures.h"
#include "server/sharing/links.h"
#include "server/sharing/publication.h"
#include "server/sharing/share_stage.h"
#include "server/sharing/shares.h"
#include "server/sharing/subscriptions.h"
#include "server/sharing/suggestions.h"
#include "server/sharing/sync_manager.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"
#include "tests/sim/memory_storage.h"
#include "tests/sim/network.h"
#include "tests/sim/scheduler.h"

namespace maillage::sim {

class SimNode : public Host {
 public:
  struct Hooks {
    std::function<void(const std::string&)> log;
    std::function<void(const std::string&)> violation;
    std::function<void(const sharing::PublicationPtr&)> published;
    sharing::Links::Handler handler;
    // Whether it looks after what is gone without being told to.
    bool cares = true;
  };

  // Makes the keys, and a first descriptor on the disk.
  SimNode(Scheduler* scheduler, size_t number, Hooks hooks);
  ~SimNode() override;

  void Start();
  // What is in memory is lost.
  void Crash();
  bool is_up() const { return life_ != nullptr; }
  // How often it has started.
  uint64_t lives() const { return lives_; }
  Disk& disk() { return *disk_; }
  const Disk& disk() const { return *disk_; }

  sharing::SyncManager* streams() override;
  const NodeId& id() const override { return id_; }
  // All signing keys that it ever had, the newest last.
  const std::vector<std::string>& public_keys() const { return public_keys_; }

  // Of a node that is up.
  storage::Writer& writer();
  sharing::Shares& shares();
  sharing::Links& links();
  const identity::Self& self() const;
  sharing::Erasures& erasures();
  sharing::Suggestions& suggestions();
  const directory::Directory& directory() const;
  absl::Status RotateSigning(bool revoke);
  // Receipts, floors and keys, as they are looked at day by day.
  void Tend();
  // Has files purged now.
  void Purge();
  void Pair(const SimNode& with);
  void Unpair(const NodeId& from);
  bool IsPairedWith(const NodeId& node) const;
  // How wrong its clock is.
  void set_ahead(absl::Duration ahead) { clock_.set_ahead(ahead); }
  absl::Time Now() const { return clock_.Now(); }
  // Issues new Heads for all shares, as an idle origin does daily.
  void Renew();
  // How many publications, fillings and stored Heads are still to come.
  bool IsBusy() const;

 private:
  struct Life;

  identity::Keys MakeKeys() const;
  void MakeParts();
  void Reconcile();
  void PartnerChanged(const identity::PartnerChange& change);
  void Refresh(const std::set<ShareId>& shares);
  void PublishLater();
  void PublishDue();
  void Publish(const sharing::OwnSharePtr& share,
               const std::shared_ptr<const storage::Reader>& snapshot);
  void StoreLater(const ShareId& id, storage::Transaction transaction);
  void FillLater();
  void FillDue();
  Incarnation ReadIncarnation();
  // sim_care.cc: what CaretakerThread and the timers of the node do.
  void MakeCare();
  void MakeSuggestions();
  void StartCare();
  void TendLater();
  void PurgeLater();
  void NoteKey();
  // Runs a task unless the node crashed in between.
  void After(absl::Duration longest, std::function<void()> task);
  void Check(const absl::Status& status, const char* what) const;

  Scheduler* const scheduler_;
  SkewedClock clock_;
  Random random_;  // of its own pauses in this life
  const size_t number_;
  const Hooks hooks_;
  const std::string path_;
  Disk* const disk_;
  NodeId id_;
  std::vector<std::string> public_keys_;
  uint64_t lives_ = 0;
  std::unique_ptr<Life> life_;
};

// How a partner's share stands on the disk of a node.
v1::StoredShare StoredShareOf(const SimNode& node, const NodeId& origin, const ShareId& share);

}  // namespace maillage::sim

#endif  // TESTS_SIM_SIM_NODE_H_

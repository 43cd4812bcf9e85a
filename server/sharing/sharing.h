// The room as one thing: its parts, made and started in their order.
//
//   ASSIGN_OR_RETURN(sharing, Sharing::Create(options));
//   writer = Writer(database, {index stage, sharing->stage(), audit stage});
//   RETURN_IF_ERROR(sharing->Open(writer));
//   sharing->links().Handle(...);
//   RETURN_IF_ERROR(sharing->Start());
//   ... serve and dial streams with sharing->streams() ...
//   sharing->Stop();  // before the writer stops
#ifndef SERVER_SHARING_SHARING_H_
#define SERVER_SHARING_SHARING_H_

#include <atomic>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/mutex.h"
#include "maillage/v1/share_service.pb.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/sharing/caretaker.h"
#include "server/sharing/erase_log.h"
#include "server/sharing/erasures.h"
#include "server/sharing/holdings.h"
#include "server/sharing/links.h"
#include "server/sharing/publisher.h"
#include "server/sharing/purge_floor.h"
#include "server/sharing/receipts.h"
#include "server/sharing/recovery.h"
#include "server/sharing/share_stage.h"
#include "server/sharing/shares.h"
#include "server/sharing/subscriptions.h"
#include "server/sharing/sync_manager.h"
#include "server/sharing/sync_status.h"
#include "server/sharing/verifier.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Thread safe once started.
class Sharing {
 public:
  // All must outlive it. `log` gets one line for what went wrong.
  struct Options {
    identity::Self* self;
    identity::Partners* partners;
    const storage::Database* database;
    const Clock* clock;
    std::function<void(const std::string&)> log;
    // Who was erased, in a file of its own.
    EraseLog* erase_log = nullptr;
    // What keeps records at home.
    directory::Gates gates = {};
    // What is removed within it is purged from the files together.
    absl::Duration purge_pause = absl::Seconds(10);
    // See SyncManager::Parts.
    absl::Duration tend_interval = absl::Minutes(1);
  };

  // Reads the stored shares. DATA_LOSS (BAD_ROW).
  static absl::StatusOr<std::unique_ptr<Sharing>> Create(Options options);
  ~Sharing();

  // For the writer, after the index stage.
  storage::CommitStage* stage() { return &stage_; }

  // Makes the rest; the writer must outlive it. Listens to the partners.
  absl::Status Open(storage::Writer* writer);
  // Gives every partner its link, publishes, goes on with what was interrupted.
  absl::Status Start();
  void Stop();

  // Told, on the sync thread, that a recovery begins while the node runs, and that
  // one has ended. Before Start().
  void OnRecovery(std::function<void()> begun, std::function<void()> ended);
  std::optional<v1::Recovery> ReportRecovery() const;

  // After Open().
  Recovery& recovery() { return *recovery_; }
  Shares& shares() { return *shares_; }
  Links& links() { return *links_; }
  Caretaker& caretaker() { return *caretaker_; }
  Erasures& erasures() { return *erasures_; }
  const ReceiptBook& receipts() const { return *receipt_book_; }
  const ShareTable& table() const { return table_; }
  Subscriptions& subscriptions() { return *subscriptions_; }
  SyncManager& streams() { return *streams_; }
  Verifier& verifier() { return *verifier_; }
  const SyncReporter& reporter() const { return *reporter_; }
  PublicationPtr Latest(const ShareId& share) const { return publisher_->Latest(share); }

  // Waits until all is in sync (see SyncReporter), then says how it stands.
  // DEADLINE_EXCEEDED (NOT_IN_SYNC) with what is missing. `is_cancelled` is
  // looked at now and then.
  absl::StatusOr<v1::SyncStatus> WaitInSync(absl::Duration timeout,
                                            const std::function<bool()>& is_cancelled);

 private:
  explicit Sharing(Options options);
  absl::StatusOr<Incarnation> ReadIncarnation();
  void MakeParts(const Incarnation& incarnation);
  void MakeCaretaker(const Incarnation& incarnation);
  void PartnerChanged(const identity::PartnerChange& change);
  absl::Status Reconcile();
  // Gives every partner its link, by way of the relays that are partners.
  absl::Status MakeLinks();
  void SharesChanged(const std::set<ShareId>& shares);
  // Nothing is published any more; or again, with Heads of this incarnation.
  void Hold();
  void Recovered(const Incarnation& incarnation);
  void Log(absl::string_view what, const absl::Status& status) const;

  const Options options_;
  const NodeId self_;
  ShareTable table_;
  std::atomic<Publisher*> grown_ = nullptr;  // whom the stage tells
  ShareStage stage_;
  storage::Writer* writer_ = nullptr;
  std::unique_ptr<Links> links_;
  std::unique_ptr<LinkReceipts> link_receipts_;
  std::unique_ptr<Subscriptions> subscriptions_;
  std::unique_ptr<Holdings> holdings_;
  std::unique_ptr<Publisher> publisher_;
  std::unique_ptr<Recovery> recovery_;
  std::unique_ptr<Shares> shares_;
  std::unique_ptr<SyncManager> streams_;
  std::unique_ptr<SyncReporter> reporter_;
  std::unique_ptr<Verifier> verifier_;
  IssuedHeads issued_;
  std::unique_ptr<ReceiptBook> receipt_book_;
  std::unique_ptr<ReceiptGiver> receipt_giver_;
  std::unique_ptr<FloorKeeper> floors_;
  std::unique_ptr<Caretaker> caretaker_;
  std::unique_ptr<CaretakerThread> caretaker_thread_;
  std::unique_ptr<Erasures> erasures_;
  Mutex mutex_;
  CondVar changed_;
  uint64_t changes_ ABSL_GUARDED_BY(mutex_) = 0;
  std::function<void()> on_recovering_;
  std::function<void()> on_recovered_;
  bool started_ = false;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SHARING_H_

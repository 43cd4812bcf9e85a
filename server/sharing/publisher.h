// Publishes own shares: one thread that follows commits.
#ifndef SERVER_SHARING_PUBLISHER_H_
#define SERVER_SHARING_PUBLISHER_H_

#include <functional>
#include <map>
#include <set>
#include <thread>

#include "absl/time/time.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "server/sharing/publication.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Thread safe. At once when idle; while a share's last Head is still being
// stored its changes gather, and after a large publication they gather a while
// longer, so that load makes publications larger, not more.
class Publisher {
 public:
  // Called on the publishing thread with each new publication.
  using OnPublished = std::function<void(const PublicationPtr&)>;
  // Called on the publishing thread with what kept a share from being published;
  // it is tried again after a while.
  using OnError = std::function<void(const ShareId&, const absl::Status&)>;

  // The pointers must outlive the publisher.
  Publisher(const Issuer& issuer, const storage::Database* database, storage::Writer* writer,
            const ShareTable* shares, const Clock* clock, OnPublished on_published,
            OnError on_error);
  ~Publisher();

  // Publishes all shares anew, then follows.
  void Start();
  // Nothing is published after it returns. Stop the writer after it.
  void Stop();

  // Nothing is published or served until Resume(). For a node that recovers.
  void Hold();
  // Publishes all shares anew, with Heads of this incarnation.
  void Resume(const Incarnation& incarnation);

  // These shares have grown, or changed their terms.
  void Refresh(const std::set<ShareId>& shares);

  // Lets go of snapshots older than they need be; marks Heads that are a day old.
  void Tend();

  // The newest publication; null while there is none, and for shares that are
  // not served.
  PublicationPtr Latest(const ShareId& share) const;
  // Whether all that is committed is published.
  bool IsIdle() const;

 private:
  struct State {
    PublicationPtr latest;
    bool storing = false;  // its last Head is on its way to the disk
    absl::Time rest_until = absl::InfinitePast();
  };

  void RefreshAll();
  Issuer issuer() const;
  void Run();
  // Takes what may be published now; waits where there is nothing. Empty: stop.
  std::set<ShareId> NextShares();
  std::set<ShareId> ReadyShares(absl::Time now, absl::Duration* wait)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PublishAll(const std::set<ShareId>& ids);
  void Publish(const OwnSharePtr& share, const std::shared_ptr<const storage::Reader>& snapshot);
  void Store(const ShareId& id, storage::Transaction transaction);

  const storage::Database* const database_;
  storage::Writer* const writer_;
  const ShareTable* const shares_;
  const Clock* const clock_;
  const OnPublished on_published_;
  const OnError on_error_;

  mutable Mutex mutex_;
  CondVar changed_;
  Issuer issuer_ ABSL_GUARDED_BY(mutex_);
  bool held_ ABSL_GUARDED_BY(mutex_) = false;
  std::map<ShareId, State> states_ ABSL_GUARDED_BY(mutex_);
  std::set<ShareId> dirty_ ABSL_GUARDED_BY(mutex_);
  bool publishing_ ABSL_GUARDED_BY(mutex_) = false;
  bool tend_soon_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_PUBLISHER_H_

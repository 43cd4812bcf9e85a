// Partners' shares as they are proved here: what this node may relay.
#ifndef SERVER_SHARING_HOLDINGS_H_
#define SERVER_SHARING_HOLDINGS_H_

#include <map>

#include "client/base/mutex.h"
#include "server/identity/partners.h"
#include "server/sharing/offering.h"
#include "server/sharing/publication.h"
#include "server/sharing/subscriptions.h"
#include "server/storage/database.h"

namespace maillage::sharing {

// Changed on the thread that changes received shares, so that a snapshot and the
// Head in it belong together; read by anyone.
class Holdings {
 public:
  // Both must outlive it.
  Holdings(const identity::Partners* partners, const storage::Database* database)
      : partners_(partners), database_(database) {}

  // A share has changed, or is held no longer. True where others are to hear of
  // new terms.
  bool Update(const Subscription& subscription);
  // Lets old snapshots go.
  void Refresh();

  // What is served of a share; null where it cannot be: nothing is proved, or not
  // under the newest terms.
  PublicationPtr Latest(const ShareKey& key) const;
  Offerings List() const;
  // What an origin is given of its own share: also what is proved under former
  // terms. Null where nothing is.
  PublicationPtr ForOrigin(const ShareKey& key) const;

 private:
  struct Held {
    Offering offering;
    PublicationPtr latest;
    PublicationPtr for_origin;
  };

  const identity::Partners* const partners_;
  const storage::Database* const database_;
  mutable Mutex mutex_;
  std::map<ShareKey, Held> held_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_HOLDINGS_H_

// Receipts: a member's signed word, in its link, that it holds a share up to a
// Head and that what was removed by then is gone from its files.
//
//   meta     "receipt-due/" NODE SHARE   Receipt without member and time: owed once the
//                                        files are purged
//   meta     "receipt-sent/" NODE SHARE  ms(8) · key id(8): when the last one was given,
//                                        and which key signed it
//   objects  nodes/ORIGIN/shares/SHARE/receipts/MEMBER   StoredReceipt, at ORIGIN
#ifndef SERVER_SHARING_RECEIPTS_H_
#define SERVER_SHARING_RECEIPTS_H_

#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/link.pb.h"
#include "maillage/v1/stored.pb.h"
#include "maillage/v1/sync.pb.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/sharing/links.h"
#include "server/sharing/own_share.h"
#include "server/sharing/publication.h"
#include "server/sharing/subscriber.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

class Subscriptions;
struct Subscription;

// A member gives one of each share so often.
inline constexpr absl::Duration kReceiptInterval = absl::Hours(24);

// What a member says of a share that it holds up to this Head (a payload; empty:
// it holds nothing).
v1::Receipt ReceiptFor(const NodeId& origin, const ShareId& share, absl::string_view head_payload);

// Adds that a receipt is owed for what the transaction removes.
DueReceipt OweReceipt(const v1::Receipt& receipt, storage::Transaction* transaction);

// The member's side. One call at a time.
class ReceiptGiver {
 public:
  // The pointers must outlive it.
  ReceiptGiver(const identity::Self* self, const storage::Database* database,
               storage::Writer* writer, const Links* links, const Subscriptions* subscriptions,
               const Clock* clock)
      : self_(self),
        database_(database),
        writer_(writer),
        links_(links),
        subscriptions_(subscriptions),
        clock_(clock) {}

  // What is owed now.
  absl::StatusOr<std::vector<DueReceipt>> Owed() const;
  // Gives what was owed before a purge, unless more was removed since. To a
  // partner who is none any more nothing is owed.
  absl::Status Give(const DueReceipt& due) const;
  // Gives a receipt of each share of which none was given for a day by the key that
  // counts now, but for those that are owed one; of one that this node is no member
  // of any more, the first alone.
  absl::Status GiveDaily() const;

 private:
  absl::Status GiveDailyOf(const Subscription& subscription) const;
  absl::Status Send(v1::Receipt receipt, storage::Transaction transaction) const;

  const identity::Self* const self_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  const Links* const links_;
  const Subscriptions* const subscriptions_;
  const Clock* const clock_;
};

// The Heads that this process issued, as far as it remembers. Thread safe.
class IssuedHeads {
 public:
  void Note(const v1::Head& head, absl::string_view payload);
  // Whether no such Head was issued; false where that cannot be known.
  bool NeverIssued(const ShareId& share, uint64_t seq, absl::string_view hash) const;

 private:
  struct Issued {
    uint64_t seq;
    std::string hash;
  };
  mutable Mutex mutex_;
  // Newest last. Of the first seq there may have been others.
  std::map<ShareId, std::deque<Issued>> heads_ ABSL_GUARDED_BY(mutex_);
};

// The origin's side. Thread safe.
class ReceiptBook {
 public:
  // The pointers must outlive it.
  ReceiptBook(const identity::Self* self, const Incarnation& incarnation,
              const identity::Partners* partners, const ShareTable* shares,
              const IssuedHeads* issued, const storage::Database* database, const Clock* clock)
      : self_(self),
        partners_(partners),
        shares_(shares),
        issued_(issued),
        database_(database),
        clock_(clock),
        incarnation_(incarnation) {}

  // The own logs have a new life.
  void SetIncarnation(const Incarnation& incarnation);

  // Told how far a partner holds its link. Before it is used.
  using OnLinkHeld = std::function<absl::Status(const NodeId& from, uint64_t seq)>;
  void SetOnLinkHeld(OnLinkHeld held) { on_link_held_ = std::move(held); }

  // A handler of Links. An older receipt than the known one changes nothing.
  // INVALID_ARGUMENT, counted:
  //   UNKNOWN_KEY, WRONG_SIGNATURE, TOO_LARGE, UNREADABLE   it is not the sender's
  //   WRONG_MEMBER, WRONG_ORIGIN   it speaks for another node, or to another
  //   NO_SUCH_SHARE, NOT_A_MEMBER  the sender never had the share
  //   WRONG_INCARNATION            of a life of the log that is not this one's
  //   RECEIPT_AHEAD                of a seq that was not given out yet, or of more
  //                                than 10 minutes from now
  //   WRONG_HEAD                   no such Head was issued
  absl::Status Take(const NodeId& from, const v1::LinkMessage& message,
                    storage::Transaction* transaction);
  // The newest one; nothing where there is none.
  static absl::StatusOr<std::optional<v1::Receipt>> Get(const storage::Reader& reader,
                                                        const NodeId& origin, const ShareId& share,
                                                        const NodeId& member);
  // How many were refused, by reason.
  std::map<std::string, uint64_t> Refused() const;

 private:
  absl::Status Check(const NodeId& from, const v1::Signed& carried, v1::Receipt* receipt) const;
  absl::Status CheckShare(const NodeId& from, const v1::Receipt& receipt) const;

  const identity::Self* const self_;
  const identity::Partners* const partners_;
  const ShareTable* const shares_;
  const IssuedHeads* const issued_;
  const storage::Database* const database_;
  const Clock* const clock_;
  OnLinkHeld on_link_held_;
  mutable Mutex mutex_;
  Incarnation incarnation_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, uint64_t> refused_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_RECEIPTS_H_

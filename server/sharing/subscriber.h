// The receiving end of shares: judges what a supplier says, and turns what is
// proved into one transaction. No gRPC, no threads, no clock: messages, storage
// answers and the time come in; transactions go out.
#ifndef SERVER_SHARING_SUBSCRIBER_H_
#define SERVER_SHARING_SUBSCRIBER_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "client/base/ids.h"
#include "maillage/v1/stored.pb.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/inbox.h"
#include "server/sharing/incoming_run.h"
#include "server/storage/reader.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Heads from further in the future are refused.
inline constexpr absl::Duration kMaxAhead = absl::Minutes(10);

// What the judge knows beside the database.
struct Bench {
  NodeId self;
  // Where the share comes from, and the keys that may sign for it now.
  NodeId origin;
  std::vector<std::string> origin_keys;
  absl::Time now;
  // What waits of the origin's messages.
  InboxUse inbox = {};
};

// The `heads` row of a received share, with what is in it.
struct ReceivedShare {
  std::optional<std::string> row;  // as stored; none: never heard of
  v1::StoredShare stored;
  v1::ShareDescriptor descriptor;  // of `stored`
  v1::Head head;                   // of `stored`; empty: nothing is proved yet

  // DATA_LOSS (BAD_ROW).
  static absl::StatusOr<ReceivedShare> Read(const storage::Reader& reader, const NodeId& origin,
                                            const ShareId& share);
  bool HasMember(const NodeId& node) const;
  // Writes `stored`, provided that the row is still as it was read.
  void AddTo(storage::Transaction* transaction, const NodeId& origin, const ShareId& share) const;
};

// Judges an offer and stores it. The transaction is empty where it says nothing
// new. A link is subscribed by itself; a share without this node among its
// members is marked `dropping` if it was subscribed. INVALID_ARGUMENT: as
// identity::OpenSigned(), BAD_DESCRIPTOR, REPLAYED_DESCRIPTOR (older than the
// known one), DESCRIPTOR_FORK (another one of that version).
struct Offered {
  ShareId share;
  ReceivedShare received;  // as it will stand
  storage::Transaction transaction;
};
absl::StatusOr<Offered> JudgeOffer(const storage::Reader& reader, const Bench& bench,
                                   const v1::Signed& descriptor);

// A receipt that is owed once files are purged: its row of meta (receipts.h).
struct DueReceipt {
  std::string key;
  std::string row;
};

// Judges a whole run. INVALID_ARGUMENT, with these reasons:
//   NOT_SUBSCRIBED, NOT_A_MEMBER    this node does not, or may not, have it
//   UNKNOWN_KEY, WRONG_SIGNATURE, TOO_LARGE, UNREADABLE   the Head is not the origin's
//   WRONG_HEAD                      the Head is of another share, incarnation or seq
//   HEAD_AHEAD                      it was issued more than 10 minutes from now
//   UNKNOWN_DESCRIPTOR              its descriptor has not been offered
//   REPLAYED_HEAD                   it is older than the proved one
//   FORK                            the proved one has that seq and another root
//   WRONG_FROM                      the run does not start where the proved one ends
//   BELOW_FLOOR                     it starts below the Head's purge floor
//   VIEW_TOO_WIDE                   an entry shows more than the descriptor allows
//   BAD_ERASE                       the origin did not sign the erasure
//   ROOT_MISMATCH, COUNT_MISMATCH   entries are missing, added or changed
//   BAD_PAYLOAD                     a record cannot be read
// A run from 0 over a share that is held replaces it: what it does not have
// goes.
struct Proved {
  v1::Head head;
  // Log, where, tree, heads, inbox of links, and the records' changes; a receipt
  // that is owed, and stubs that are to go (see receipts.h, purge_floor.h).
  storage::Transaction transaction;
  // Whether records go, so that files are to be purged of them.
  bool removes = false;
  // The receipt that is owed then.
  std::vector<DueReceipt> owed;
};
absl::StatusOr<Proved> Prove(const storage::Reader& reader, const Bench& bench,
                             const IncomingRun& run, const v1::Signed& head);

// Marks a share as refused for `why`. A FORK freezes it.
void Quarantine(const absl::Status& why, absl::Time now, v1::StoredShare* stored);

// Removes up to `limit` records of a share that is dropping; `done` says that
// none is left, and then the `heads` row goes too, but for the offer where that
// is kept.
struct Dropped {
  bool done = false;
  storage::Transaction transaction;
};
absl::StatusOr<Dropped> DropSome(const storage::Reader& reader, const NodeId& origin,
                                 const ShareId& share, bool keep_offer, size_t limit);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SUBSCRIBER_H_

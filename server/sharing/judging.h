// What is asked of every Head and entry of a received share, however it came:
// by a run or by a comparison. All refusals are INVALID_ARGUMENT with the reasons
// that subscriber.h lists.
#ifndef SERVER_SHARING_JUDGING_H_
#define SERVER_SHARING_JUDGING_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/subscriber.h"
#include "server/storage/batch.h"

namespace maillage::sharing {

// Whether this node may have the share now: NOT_SUBSCRIBED, NOT_A_MEMBER.
absl::Status CheckStanding(const ReceivedShare& received, const Bench& bench);

// Opens a Head of the share: errors of identity::OpenSigned(), WRONG_HEAD,
// HEAD_AHEAD, UNKNOWN_DESCRIPTOR; and against the proved one: FORK,
// REPLAYED_HEAD.
absl::StatusOr<v1::Head> OpenHead(const ReceivedShare& received, const Bench& bench,
                                  const ShareId& share, const v1::Signed& signed_head);

// VIEW_TOO_WIDE, BAD_ERASE.
absl::Status CheckEntry(const ReceivedShare& received, const Bench& bench, const RecordId& id,
                        const v1::Entry& entry);

// Whether a run may start after `from` (not 0) under this Head: BELOW_FLOOR.
absl::Status CheckFloor(const v1::Head& head, uint64_t from);

// Adds what the change owes: a receipt where it removes records, the removal of
// stubs where the purge floor rose. `received` is as it stood before.
void AddDebts(const ReceivedShare& received, const Bench& bench, const ShareId& share,
              const v1::Signed& signed_head, Proved* proved);

// Adds a link's message to the inbox, unless it is known there. `use` is what waits
// with those that were added before. As TakeRoom().
absl::Status AddToInbox(const storage::Reader& reader, const NodeId& origin, const RecordId& id,
                        const v1::Entry& entry, InboxUse* use, storage::Batch* writes);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_JUDGING_H_

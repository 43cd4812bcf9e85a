#include "server/sharing/judging.h"

#include <tuple>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/sharing/inbox.h"
#include "server/sharing/purge_floor.h"
#include "server/sharing/receipts.h"
#include "server/sharing/share_log.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// Against the Head that is proved here.
absl::Status CheckOrder(const ReceivedShare& received, const v1::Head& head) {
  if (!received.stored.has_head()) return absl::OkStatus();
  const v1::Head& known = received.head;
  if (head.incarnation() == known.incarnation() && head.seq() == known.seq() &&
      head.root() != known.root()) {
    return InvalidArgument("FORK",
                           absl::StrCat("two Heads of seq ", head.seq(), " have different roots"),
                           "call the partner: its log has forked");
  }
  const auto order = [](const v1::Head& h) {
    return std::make_tuple(absl::string_view(h.incarnation()), h.seq(), h.descriptor_version(),
                           identity::FromTimestamp(h.issued_at()));
  };
  if (order(head) < order(known)) {
    return InvalidArgument(
        "REPLAYED_HEAD",
        absl::StrCat("a Head of seq ", head.seq(), " came after a newer one of seq ", known.seq()));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckStanding(const ReceivedShare& received, const Bench& bench) {
  if (!received.stored.subscribed()) {
    return InvalidArgument("NOT_SUBSCRIBED", "this node does not subscribe to the share");
  }
  if (!received.HasMember(bench.self)) {
    return InvalidArgument("NOT_A_MEMBER", "this node is no member of the share");
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Head> OpenHead(const ReceivedShare& received, const Bench& bench,
                                  const ShareId& share, const v1::Signed& signed_head) {
  ASSIGN_OR_RETURN(v1::Head head, identity::OpenSigned<v1::Head>(signed_head, bench.origin_keys));
  if (absl::string_view(head.origin()) != bench.origin.bytes() ||
      absl::string_view(head.share()) != share.bytes() || head.root().size() != Hash::kSize) {
    return InvalidArgument("WRONG_HEAD", absl::StrCat("the Head of seq ", head.seq(),
                                                      " is not one of share ", ToText(share)));
  }
  if (identity::FromTimestamp(head.issued_at()) > bench.now + kMaxAhead) {
    return InvalidArgument("HEAD_AHEAD", "the Head was issued more than 10 minutes from now",
                           "set the clocks of both nodes");
  }
  if (head.descriptor_version() > received.descriptor.version()) {
    return InvalidArgument("UNKNOWN_DESCRIPTOR",
                           absl::StrCat("the Head goes by descriptor version ",
                                        head.descriptor_version(), ", which was never offered"));
  }
  RETURN_IF_ERROR(CheckOrder(received, head));
  return head;
}

absl::Status CheckEntry(const ReceivedShare& received, const Bench& bench, const RecordId& id,
                        const v1::Entry& entry) {
  // A stub shows nothing, and may be older than a narrower view.
  if (entry.kind() == v1::ENTRY_KIND_PUT && entry.view() > received.descriptor.view()) {
    return InvalidArgument("VIEW_TOO_WIDE",
                           absl::StrCat("entry ", entry.seq(), " shows more of a record",
                                        " than the share's descriptor allows"));
  }
  if (entry.kind() == v1::ENTRY_KIND_ERASE &&
      !identity::AreSigned(kEraseName, EraseBytes(bench.origin, id, entry.seq()),
                           entry.erase_signature(), bench.origin_keys)) {
    return InvalidArgument(
        "BAD_ERASE", absl::StrCat("entry ", entry.seq(), " erases without its origin's word"));
  }
  return absl::OkStatus();
}

absl::Status AddToInbox(const storage::Reader& reader, const NodeId& origin, const RecordId& id,
                        const v1::Entry& entry, InboxUse* use, storage::Batch* writes) {
  if (entry.kind() != v1::ENTRY_KIND_PUT) return absl::OkStatus();
  const std::string key = storage::InboxKey(origin, id);
  ASSIGN_OR_RETURN(const auto known, reader.Get(Family::kInbox, key));
  if (known.has_value()) return absl::OkStatus();
  RETURN_IF_ERROR(TakeRoom(use));
  InboxRow row;
  row.waiting = true;
  row.sealed = entry.payload();
  writes->Put(Family::kInbox, key, EncodeInbox(row));
  return absl::OkStatus();
}

absl::Status CheckFloor(const v1::Head& head, uint64_t from) {
  if (from >= head.purge_floor()) return absl::OkStatus();
  return InvalidArgument("BELOW_FLOOR",
                         absl::StrCat("the run starts after ", from, ", where withdrawals up to ",
                                      head.purge_floor(), " are no longer told"));
}

void AddDebts(const ReceivedShare& received, const Bench& bench, const ShareId& share,
              const v1::Signed& signed_head, Proved* proved) {
  if (proved->removes) {
    proved->owed = {
        OweReceipt(ReceiptFor(bench.origin, share, signed_head.payload()), &proved->transaction)};
  }
  const uint64_t floor = proved->head.purge_floor();
  if (floor > received.head.purge_floor()) {
    OweStubs(bench.origin, share, floor, &proved->transaction);
  }
}

}  // namespace maillage::sharing

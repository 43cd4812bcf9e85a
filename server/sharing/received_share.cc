#include <algorithm>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/sharing/own_share.h"
#include "server/sharing/share_log.h"
#include "server/sharing/shown_change.h"
#include "server/sharing/subscriber.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

using storage::Family;

constexpr size_t kMaxTitleBytes = 200;
constexpr size_t kMaxFilterBytes = 16 << 10;
constexpr int kMaxMembers = 10'000;

absl::Status BadDescriptor(absl::string_view what) {
  return InvalidArgument("BAD_DESCRIPTOR", absl::StrCat("the share's descriptor ", what));
}

// A link's id says between whom it is.
bool IsLinkToItsReceiver(const ShareKey& key, const v1::ShareDescriptor& descriptor) {
  NodeId to;
  return NodeId::FromBytes(descriptor.link_to(), &to) && to != key.origin &&
         key.share == LinkId(key.origin, to);
}

// Keeps in mind who was a member: whoever relays the share tells them.
void KeepFormerMembers(const v1::ShareDescriptor& before, const v1::ShareDescriptor& after,
                       v1::StoredShare* stored) {
  const auto& former = stored->former_members();
  std::set<std::string> nodes(former.begin(), former.end());
  nodes.insert(before.members().begin(), before.members().end());
  stored->clear_former_members();
  for (const std::string& node : nodes) {
    if (stored->former_members_size() == kMaxMembers) return;
    if (!NamesMember(after, NodeId(node))) stored->add_former_members(node);
  }
}

absl::Status CheckDescriptor(const Bench& bench, const v1::ShareDescriptor& descriptor,
                             ShareId* share) {
  if (absl::string_view(descriptor.origin()) != bench.origin.bytes()) {
    return BadDescriptor("is of another node");
  }
  if (!ShareId::FromBytes(descriptor.share(), share)) return BadDescriptor("has no share id");
  if (descriptor.version() == 0) return BadDescriptor("has no version");
  if (descriptor.title().size() > kMaxTitleBytes) return BadDescriptor("has an endless title");
  if (descriptor.filter().size() > kMaxFilterBytes) return BadDescriptor("has an endless filter");
  if (descriptor.members_size() > kMaxMembers) return BadDescriptor("has too many members");
  if (descriptor.view() < v1::VIEW_CARD || descriptor.view() > v1::VIEW_FULL) {
    return BadDescriptor("has no view");
  }
  const bool is_link = IsLinkToItsReceiver({bench.origin, *share}, descriptor);
  if (descriptor.link() != is_link || descriptor.link_to().empty() == is_link) {
    return BadDescriptor("takes a link for a share, or a share for a link");
  }
  return absl::OkStatus();
}

// Whether `offered` may replace what is known.
absl::Status CheckVersion(const ReceivedShare& known, const v1::Signed& offered,
                          const v1::ShareDescriptor& descriptor) {
  if (descriptor.version() < known.descriptor.version()) {
    return InvalidArgument("REPLAYED_DESCRIPTOR",
                           absl::StrCat("descriptor version ", descriptor.version(),
                                        " came after version ", known.descriptor.version()));
  }
  if (descriptor.version() == known.descriptor.version() &&
      offered.payload() != known.stored.share_descriptor().payload()) {
    return InvalidArgument("DESCRIPTOR_FORK",
                           absl::StrCat("two descriptors have version ", descriptor.version()));
  }
  return absl::OkStatus();
}

// Removes what is left when all records are gone.
absl::Status FinishDrop(const storage::Reader& reader, const NodeId& origin, const ShareId& share,
                        bool keep_offer, ReceivedShare* received,
                        storage::Transaction* transaction) {
  RETURN_IF_ERROR(DeleteTree(reader, origin, share, &transaction->writes));
  const std::string key = storage::HeadKey(origin, share);
  if (!keep_offer) {
    transaction->preconditions.push_back({Family::kHeads, key, received->row});
    transaction->writes.Delete(Family::kHeads, key);
    return absl::OkStatus();
  }
  v1::StoredShare offer;
  *offer.mutable_share_descriptor() = received->stored.share_descriptor();
  received->stored = std::move(offer);
  received->AddTo(transaction, origin, share);
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<ReceivedShare> ReceivedShare::Read(const storage::Reader& reader,
                                                  const NodeId& origin, const ShareId& share) {
  ReceivedShare received;
  ASSIGN_OR_RETURN(received.row, reader.Get(Family::kHeads, storage::HeadKey(origin, share)));
  if (received.row.has_value() &&
      (!received.stored.ParseFromString(*received.row) ||
       !received.descriptor.ParseFromString(received.stored.share_descriptor().payload()) ||
       !received.head.ParseFromString(received.stored.head().payload()))) {
    return DataLoss("BAD_ROW", absl::StrCat("the row of share ", ToText(share), " is damaged"),
                    "restore from a backup");
  }
  return received;
}

bool ReceivedShare::HasMember(const NodeId& node) const { return NamesMember(descriptor, node); }

void ReceivedShare::AddTo(storage::Transaction* transaction, const NodeId& origin,
                          const ShareId& share) const {
  const std::string key = storage::HeadKey(origin, share);
  transaction->preconditions.push_back({Family::kHeads, key, row});
  transaction->writes.Put(Family::kHeads, key, stored.SerializeAsString());
}

absl::StatusOr<Offered> JudgeOffer(const storage::Reader& reader, const Bench& bench,
                                   const v1::Signed& signed_descriptor) {
  ASSIGN_OR_RETURN(v1::ShareDescriptor descriptor,
                   identity::OpenSigned<v1::ShareDescriptor>(signed_descriptor, bench.origin_keys));
  Offered offered;
  RETURN_IF_ERROR(CheckDescriptor(bench, descriptor, &offered.share));
  ASSIGN_OR_RETURN(offered.received, ReceivedShare::Read(reader, bench.origin, offered.share));
  ReceivedShare& received = offered.received;
  RETURN_IF_ERROR(CheckVersion(received, signed_descriptor, descriptor));
  const bool member = NamesMember(descriptor, bench.self);
  // Nobody is told of a share that was never theirs.
  if (!member && !received.row.has_value()) return offered;
  v1::StoredShare& stored = received.stored;
  KeepFormerMembers(received.descriptor, descriptor, &stored);
  *stored.mutable_share_descriptor() = signed_descriptor;
  received.descriptor = std::move(descriptor);
  if (!member && (stored.subscribed() || stored.has_head())) stored.set_dropping(true);
  if (!member) stored.set_subscribed(false);
  if (member && received.descriptor.link() && !stored.dropping()) stored.set_subscribed(true);
  if (received.row != stored.SerializeAsString()) {
    received.AddTo(&offered.transaction, bench.origin, offered.share);
  }
  return offered;
}

void Quarantine(const absl::Status& why, absl::Time now, v1::StoredShare* stored) {
  v1::Quarantine& quarantine = *stored->mutable_quarantine();
  quarantine.set_reason(ErrorReason(why));
  quarantine.set_message(std::string(why.message()));
  quarantine.set_mend(ErrorMend(why));
  *quarantine.mutable_time() = identity::ToTimestamp(now);
  quarantine.set_failures(quarantine.failures() + 1);
  if (quarantine.reason() == "FORK") quarantine.set_frozen(true);
}

absl::StatusOr<Dropped> DropSome(const storage::Reader& reader, const NodeId& origin,
                                 const ShareId& share, bool keep_offer, size_t limit) {
  Dropped dropped;
  dropped.transaction.priority = storage::Priority::kBulk;
  ASSIGN_OR_RETURN(ReceivedShare received, ReceivedShare::Read(reader, origin, share));
  std::vector<RecordId> ids;
  RETURN_IF_ERROR(ForEachEntry(reader, origin, share, 0, UINT64_MAX, [&](v1::Entry* entry) {
    ids.emplace_back(entry->id());
    // In a damaged copy nothing else may lead there.
    dropped.transaction.writes.Delete(storage::Family::kLog,
                                      storage::LogKey(origin, share, entry->seq()));
    return ids.size() < limit;
  }));
  ShownChanges changes(reader, origin, share, !received.descriptor.link());
  for (const RecordId& id : ids) {
    RETURN_IF_ERROR(changes.Set(id, nullptr, &dropped.transaction));
  }
  if (ids.size() == limit) return dropped;
  dropped.done = true;
  RETURN_IF_ERROR(FinishDrop(reader, origin, share, keep_offer, &received, &dropped.transaction));
  return dropped;
}

}  // namespace maillage::sharing

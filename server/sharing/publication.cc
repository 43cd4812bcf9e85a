#include "server/sharing/publication.h"

#include <algorithm>
#include <utility>

#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/identity/signed.h"
#include "server/identity/timestamps.h"
#include "server/sharing/overlay_reader.h"
#include "server/sharing/purge_floor.h"
#include "server/sharing/share_log.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

using storage::Family;

// More rows than this go down with bulk work.
constexpr size_t kInteractiveRows = 1000;

// The stored row of an own share and the Head in it; both empty at first.
struct Stored {
  std::optional<std::string> row;
  v1::StoredShare share;
  v1::Head head;
};

absl::StatusOr<Stored> ReadStored(const storage::Reader& reader, const std::string& key) {
  Stored stored;
  ASSIGN_OR_RETURN(stored.row, reader.Get(Family::kHeads, key));
  if (stored.row.has_value() && (!stored.share.ParseFromString(*stored.row) ||
                                 !stored.head.ParseFromString(stored.share.head().payload()))) {
    return DataLoss("BAD_ROW", "the stored Head of a share cannot be read",
                    "restore from a backup");
  }
  return stored;
}

// Adds what happened in the log after `after` to the tree; returns how much.
absl::StatusOr<size_t> AddEntries(const storage::Reader& reader, const NodeId& node,
                                  const ShareId& share, uint64_t after, uint64_t last,
                                  TreeUpdate* tree) {
  size_t entries = 0;
  RETURN_IF_ERROR(ForEachEntry(reader, node, share, after, last, [&](v1::Entry* entry) {
    const RecordId id(entry->id());
    if (entry->kind() == v1::ENTRY_KIND_PUT) {
      tree->Set(id, LeafHash(*entry));
    } else {
      tree->Remove(id);
    }
    ++entries;
    return true;
  }));
  return entries;
}

absl::StatusOr<uint64_t> ReadFloor(const storage::Reader& reader, const ShareId& share) {
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kMeta, FloorKey(share)));
  return DecodeSeq(row);
}

// Notes what the share held on this day, unless that is known.
absl::Status KeepDay(const storage::Reader& reader, const ShareId& share, uint64_t seq,
                     absl::Time now, storage::Batch* writes) {
  ASSIGN_OR_RETURN(const auto row, reader.Get(Family::kMeta, DaysKey(share)));
  ASSIGN_OR_RETURN(std::vector<DayMark> days, DecodeDays(row));
  if (NoteDay(now, seq, &days)) writes->Put(Family::kMeta, DaysKey(share), EncodeDays(days));
  return absl::OkStatus();
}

absl::Time IssueTime(const v1::Head* last, const v1::Head& stored, absl::Time now) {
  absl::Time time = now;
  for (const v1::Head* head : {last, &stored}) {
    if (head == nullptr) continue;
    // Rises even where the clock does not.
    time = std::max(time, identity::FromTimestamp(head->issued_at()) + absl::Milliseconds(1));
  }
  return time;
}

}  // namespace

absl::StatusOr<Issued> Issue(const Issuer& issuer, OwnSharePtr share,
                             std::shared_ptr<const storage::Reader> snapshot, const v1::Head* last,
                             absl::Time now) {
  const std::string key = storage::HeadKey(issuer.node, share->id);
  ASSIGN_OR_RETURN(Stored stored, ReadStored(*snapshot, key));
  if (stored.share.dropping()) {
    return Unavailable("SHARE_DELETED", "the share was deleted a moment ago");
  }
  ASSIGN_OR_RETURN(const auto seq_row, snapshot->Get(Family::kMeta, SeqKey(share->id)));
  ASSIGN_OR_RETURN(const uint64_t seq, DecodeSeq(seq_row));
  ASSIGN_OR_RETURN(const uint64_t floor, ReadFloor(*snapshot, share->id));
  Issued issued;
  RETURN_IF_ERROR(KeepDay(*snapshot, share->id, seq, now, &issued.transaction.writes));
  TreeUpdate tree(issuer.node, share->id);
  ASSIGN_OR_RETURN(issued.entries,
                   AddEntries(*snapshot, issuer.node, share->id, stored.head.seq(), seq, &tree));
  ASSIGN_OR_RETURN(const TreeUpdate::Result root,
                   tree.Apply(snapshot.get(), &issued.transaction.writes));

  auto publication = std::make_shared<Publication>();
  v1::Head& head = publication->head;
  head.set_origin(std::string(issuer.node.bytes()));
  head.set_share(std::string(share->id.bytes()));
  head.set_incarnation(std::string(issuer.incarnation.bytes()));
  head.set_seq(seq);
  head.set_live_count(stored.head.live_count() + root.live_delta);
  head.set_root(std::string(root.root.bytes()));
  head.set_purge_floor(floor);
  head.set_descriptor_version(share->descriptor.version());
  const absl::Time issued_at = IssueTime(last, stored.head, now);
  *head.mutable_issued_at() = identity::ToTimestamp(issued_at);
  *head.mutable_valid_until() = identity::ToTimestamp(issued_at + kHeadValidity);
  publication->signed_head = identity::SignMessage(head, *issuer.signer);
  publication->key = {issuer.node, share->id};
  publication->descriptor = {share, &share->descriptor};
  publication->scope_version = share->stored.scope_version();
  if (issued.transaction.writes.ops().size() <= kMaxOverlaidRows) {
    publication->tree =
        std::make_shared<OverlayReader>(snapshot, issued.transaction.writes, Family::kTree);
  }
  publication->snapshot = std::move(snapshot);

  *stored.share.mutable_head() = publication->signed_head;
  issued.transaction.preconditions.push_back({Family::kHeads, key, std::move(stored.row)});
  issued.transaction.writes.Put(Family::kHeads, key, stored.share.SerializeAsString());
  if (issued.transaction.writes.ops().size() > kInteractiveRows) {
    issued.transaction.priority = storage::Priority::kBulk;
  }
  issued.publication = std::move(publication);
  return issued;
}

bool ShowsSame(const Publication& publication, const storage::Reader& snapshot) {
  const auto row = snapshot.Get(Family::kMeta, SeqKey(publication.key.share));
  if (!row.ok()) return false;
  const auto seq = DecodeSeq(*row);
  if (!seq.ok() || *seq != publication.head.seq()) return false;
  // Where the floor rose, stubs are missing that this Head does not excuse.
  const auto floor = ReadFloor(snapshot, publication.key.share);
  return floor.ok() && *floor == publication.head.purge_floor();
}

bool ShowsTree(const Publication& publication, const storage::Reader& snapshot) {
  const NodeId origin(publication.head.origin());
  const auto stored = ReadStored(snapshot, storage::HeadKey(origin, publication.key.share));
  return stored.ok() && stored->head.seq() == publication.head.seq() &&
         stored->head.root() == publication.head.root();
}

}  // namespace maillage::sharing

#include "server/sharing/comparison.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/base/error.h"
#include "client/base/status_macros.h"
#include "server/directory/shown.h"
#include "server/sharing/compare_server.h"
#include "server/sharing/judging.h"
#include "server/sharing/overlay_reader.h"
#include "server/sharing/tree.h"

namespace maillage::sharing {
namespace {

using storage::Family;

absl::Status LocalDamage() {
  return DataLoss("LOCAL_DAMAGE", "rows of the share's copy here do not fit each other",
                  "maillage sync verify --repair");
}

absl::Status TooDifferent() {
  return Error(absl::StatusCode::kOutOfRange, "TOO_DIFFERENT",
               "the copy differs so much that it is fetched anew");
}

uint32_t NodeOf(uint8_t level, uint16_t prefix) { return uint32_t{level} << 16 | prefix; }

uint16_t ChildPrefix(uint8_t level, uint16_t prefix, int child) {
  return static_cast<uint16_t>(prefix | child << (12 - 4 * level));
}

// The last position below a node.
uint16_t LastBelow(uint8_t level, uint16_t prefix) {
  return level == kTreeDepth ? prefix : static_cast<uint16_t>(prefix | 0xffffu >> (4 * level));
}

absl::string_view IdAt(absl::string_view row, size_t at) {
  return at < row.size() ? row.substr(at, RecordId::kSize) : absl::string_view();
}

Hash LeafAt(absl::string_view row, size_t at) {
  return Hash(row.substr(at + RecordId::kSize, Hash::kSize));
}

// Whole pairs, ids rising, each in its place.
bool IsBucket(uint16_t position, absl::string_view row) {
  if (row.size() % kLeafRowBytes != 0) return false;
  for (size_t at = 0; at < row.size(); at += kLeafRowBytes) {
    if (at > 0 && IdAt(row, at) <= IdAt(row, at - kLeafRowBytes)) return false;
    if (TreePosition(RecordId(IdAt(row, at))) != position) return false;
  }
  return true;
}

}  // namespace

absl::Status Unproved(absl::string_view what) {
  return InvalidArgument("UNPROVED", absl::StrCat("the supplier cannot prove its Head: ", what),
                         "tell the partner: what it serves is damaged, or not what was signed");
}

Comparison::Comparison(std::shared_ptr<const storage::Reader> reader, const Bench& bench,
                       const ShareId& share, std::optional<Recount> recount)
    : reader_(std::move(reader)), bench_(bench), share_(share), recount_(std::move(recount)) {}

absl::StatusOr<std::unique_ptr<Comparison>> Comparison::Start(
    std::shared_ptr<const storage::Reader> reader, const Bench& bench, const ShareId& share,
    std::optional<Recount> recount) {
  std::unique_ptr<Comparison> made(
      new Comparison(std::move(reader), bench, share, std::move(recount)));
  ASSIGN_OR_RETURN(made->received_, ReceivedShare::Read(*made->reader_, bench.origin, share));
  RETURN_IF_ERROR(CheckStanding(made->received_, bench));
  if (!made->received_.stored.has_head()) {
    return FailedPrecondition("NOTHING_PROVED", "the share has not arrived yet");
  }
  made->local_tree_ = made->reader_;
  if (made->recount_.has_value()) {
    if (made->recount_->head != made->received_.stored.head().payload()) {
      return absl::AbortedError("the share changed while it was recounted");
    }
    made->recount_->Decide(made->received_.head);
    made->local_tree_ =
        std::make_shared<OverlayReader>(made->reader_, made->recount_->tree_rows, Family::kTree);
    for (const auto& [id, seqs] : made->recount_->unsound) made->suspects_.insert(TreePosition(id));
  }
  return made;
}

v1::CompareRequest Comparison::NewRequest() {
  ++figures_.rounds;
  v1::CompareRequest request;
  request.set_origin(std::string(bench_.origin.bytes()));
  request.set_share(std::string(share_.bytes()));
  return request;
}

v1::CompareRequest Comparison::FirstRequest() {
  v1::CompareRequest request = NewRequest();
  request.add_nodes(0);
  figures_.sent_bytes += request.ByteSizeLong();
  return request;
}

absl::StatusOr<std::optional<v1::CompareRequest>> Comparison::Take(v1::CompareAnswer* answer,
                                                                   absl::Time now) {
  figures_.received_bytes += answer->ByteSizeLong();
  if (++figures_.parts > kMaxCompareParts) return Unproved("its answers do not end");
  if (answer->refusal() != v1::Refusal::REASON_UNSPECIFIED) {
    const std::string reason = v1::Refusal::Reason_Name(answer->refusal());
    return Unavailable(reason.empty() ? "REFUSED" : reason,
                       "the partner cannot compare the share now");
  }
  RETURN_IF_ERROR(TakePart(answer, now));
  RETURN_IF_ERROR(CheckSize());
  if (!answer->last()) return std::nullopt;
  if (!asked_.empty()) return Unproved("nodes that were asked for did not come");
  if (!awaited_.empty()) return Unproved("records that its tree has did not come");
  return NextRequest();
}

absl::Status Comparison::TakePart(v1::CompareAnswer* answer, absl::Time now) {
  if (done_) return Unproved("it answers what was not asked");
  if (!head_.has_value()) RETURN_IF_ERROR(TakeHead(*answer, now));
  for (v1::TreeNode& node : *answer->mutable_nodes()) RETURN_IF_ERROR(TakeNode(&node));
  for (v1::Entry& entry : *answer->mutable_entries()) RETURN_IF_ERROR(TakeEntry(&entry));
  return absl::OkStatus();
}

absl::Status Comparison::TakeHead(const v1::CompareAnswer& answer, absl::Time now) {
  Bench bench = bench_;
  bench.now = now;
  ASSIGN_OR_RETURN(head_, OpenHead(received_, bench, share_, answer.head()));
  signed_head_ = answer.head();
  asked_.push_back({NodeOf(0, 0), Hash(head_->root())});
  const bool same_log = head_->incarnation() == received_.head.incarnation();
  const bool sound = !recount_.has_value() || recount_->unsound.empty();
  stubs_after_ = same_log && sound ? received_.head.seq() : 0;
  last_stub_ = stubs_after_;
  return absl::OkStatus();
}

absl::Status Comparison::TakeNode(v1::TreeNode* node) {
  ++figures_.nodes;
  if (asked_.empty() || asked_.front().node != node->node()) {
    return Unproved("it answers a node that was not asked for");
  }
  const Hash expected = asked_.front().hash;
  asked_.pop_front();
  const auto level = static_cast<uint8_t>(node->node() >> 16);
  const auto prefix = static_cast<uint16_t>(node->node());
  const absl::string_view row = node->row();
  const Hash hash = row.empty() ? Hash() : level == kTreeDepth ? BucketHash(row) : InnerHash(row);
  if (hash != expected) return Unproved("a node does not make the hash above it");
  if (row.empty()) return AddGone(level, prefix);  // the top of an empty tree
  if (level < kTreeDepth) return TakeInner(level, prefix, row);
  return TakeBucket(prefix, row);
}

absl::Status Comparison::TakeInner(uint8_t level, uint16_t prefix, absl::string_view row) {
  if (row.size() != kInnerRowBytes) return Unproved("a node has a wrong length");
  ASSIGN_OR_RETURN(std::string mine, LocalRow(level, prefix));
  // What is damaged differs in every child.
  const bool readable = mine.size() == kInnerRowBytes;
  if (!readable && !mine.empty() && !recount_.has_value()) return LocalDamage();
  if (!readable) mine.assign(kInnerRowBytes, '\0');
  const auto below = static_cast<uint8_t>(level + 1);
  for (int child = 0; child < kTreeFanOut; ++child) {
    const Hash theirs(row.substr(child * Hash::kSize, Hash::kSize));
    const Hash here(absl::string_view(mine).substr(child * Hash::kSize, Hash::kSize));
    const uint16_t position = ChildPrefix(level, prefix, child);
    if (theirs == here && !HasSuspect(below, position)) continue;
    if (theirs.is_zero()) {
      RETURN_IF_ERROR(AddGone(below, position));
    } else {
      to_ask_.push_back({NodeOf(below, position), theirs});
    }
  }
  return absl::OkStatus();
}

absl::Status Comparison::TakeBucket(uint16_t position, absl::string_view row) {
  if (!IsBucket(position, row)) return Unproved("a bucket of its tree cannot be read");
  ASSIGN_OR_RETURN(const std::string mine, LocalRow(kTreeDepth, position));
  if (!IsBucket(position, mine)) return LocalDamage();
  return Differ(row, mine);
}

absl::Status Comparison::Differ(absl::string_view theirs, absl::string_view mine) {
  size_t at = 0;
  const auto take_mine = [&]() -> absl::Status {
    const RecordId id(IdAt(mine, at));
    RETURN_IF_ERROR(CheckLocal(id, LeafAt(mine, at)));
    at += kLeafRowBytes;
    return absl::OkStatus();
  };
  for (size_t i = 0; i < theirs.size(); i += kLeafRowBytes) {
    while (at < mine.size() && IdAt(mine, at) < IdAt(theirs, i)) {
      extra_.emplace(IdAt(mine, at));
      RETURN_IF_ERROR(take_mine());
    }
    const RecordId id(IdAt(theirs, i));
    const Hash leaf = LeafAt(theirs, i);
    bool same = false;
    if (at < mine.size() && IdAt(mine, at) == IdAt(theirs, i)) {
      same = LeafAt(mine, at) == leaf;
      RETURN_IF_ERROR(take_mine());
    }
    if (same && !(recount_.has_value() && recount_->unsound.contains(id))) continue;
    expected_[id] = leaf;
    ids_.push_back(id);
  }
  while (at < mine.size()) {
    extra_.emplace(IdAt(mine, at));
    RETURN_IF_ERROR(take_mine());
  }
  return absl::OkStatus();
}

absl::Status Comparison::AddGone(uint8_t level, uint16_t prefix) {
  const std::string first = storage::TreeKey(bench_.origin, share_, kTreeDepth, prefix);
  const uint16_t last = LastBelow(level, prefix);
  std::vector<std::pair<uint16_t, std::string>> rows;
  RETURN_IF_ERROR(local_tree_->Scan(
      Family::kTree, first, storage::PrefixEnd(storage::TreePrefix(bench_.origin, share_)),
      [&](absl::string_view key, absl::string_view value) {
        const auto position = static_cast<uint16_t>(static_cast<uint8_t>(key[key.size() - 2]) << 8 |
                                                    static_cast<uint8_t>(key[key.size() - 1]));
        if (position > last) return false;
        rows.emplace_back(position, std::string(value));
        return rows.size() <= kMaxDifferences;
      }));
  for (const auto& [position, row] : rows) {
    if (!IsBucket(position, row)) return LocalDamage();
    RETURN_IF_ERROR(Differ("", row));
    RETURN_IF_ERROR(CheckSize());
  }
  return absl::OkStatus();
}

absl::Status Comparison::CheckLocal(const RecordId& id, const Hash& leaf) const {
  if (recount_.has_value()) return absl::OkStatus();  // which looked already
  ASSIGN_OR_RETURN(const auto where,
                   reader_->Get(Family::kWhere, storage::WhereKey(bench_.origin, id, share_)));
  if (!where.has_value()) return LocalDamage();
  ASSIGN_OR_RETURN(const directory::Sighting sighting, directory::DecodeSighting(share_, *where));
  ASSIGN_OR_RETURN(const auto row, reader_->Get(Family::kLog, storage::LogKey(bench_.origin, share_,
                                                                              sighting.seq)));
  v1::Entry entry;
  const bool fits = row.has_value() && entry.ParseFromString(*row) &&
                    entry.kind() == v1::ENTRY_KIND_PUT &&
                    absl::string_view(entry.id()) == id.bytes() && LeafHash(entry) == leaf;
  return fits ? absl::OkStatus() : LocalDamage();
}

absl::Status Comparison::CheckSize() const {
  const size_t differences = expected_.size() + extra_.size();
  const bool fits = differences <= kMaxDifferences && to_ask_.size() <= kMaxDifferences &&
                    held_bytes_ <= kMaxCompareBytes;
  if (fits) return absl::OkStatus();
  // A damaged tree here makes much look different.
  return recount_.has_value() ? TooDifferent() : LocalDamage();
}

bool Comparison::HasSuspect(uint8_t level, uint16_t prefix) const {
  const auto it = suspects_.lower_bound(prefix);
  return it != suspects_.end() && *it <= LastBelow(level, prefix);
}

absl::StatusOr<std::string> Comparison::LocalRow(uint8_t level, uint16_t prefix) const {
  ASSIGN_OR_RETURN(auto row, local_tree_->Get(Family::kTree, storage::TreeKey(bench_.origin, share_,
                                                                              level, prefix)));
  return std::move(row).value_or("");
}

std::optional<v1::CompareRequest> Comparison::NextRequest() {
  if (stubs_asked_) {
    done_ = true;
    return std::nullopt;
  }
  v1::CompareRequest request = NewRequest();
  if (!to_ask_.empty()) {
    // Nodes stand in order of levels, so that one level ends before the next.
    for (; !to_ask_.empty() && request.nodes_size() < kMaxCompareNodes; to_ask_.pop_front()) {
      request.add_nodes(to_ask_.front().node);
      asked_.push_back(to_ask_.front());
    }
  } else {
    for (; !ids_.empty() && request.ids_size() < kMaxCompareIds; ids_.pop_front()) {
      request.add_ids(std::string(ids_.front().bytes()));
      awaited_.insert(ids_.front());
    }
    stubs_asked_ = ids_.empty();
    if (stubs_asked_) request.set_stubs_after(stubs_after_);
  }
  figures_.sent_bytes += request.ByteSizeLong();
  return request;
}

}  // namespace maillage::sharing

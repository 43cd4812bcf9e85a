// The asking half of a comparison: how a copy that does not make the signed root
// is brought to it by fetching what differs. A core: no gRPC, no threads, no
// clock; requests go out, answers come in, one transaction comes out.
//
// It walks the supplier's tree top down, one level after the other. Each node is
// proved by its parent's hash, the top by the signed Head, so that nothing a
// supplier says of the tree is believed; it asks only below nodes that differ from
// the tree here. In buckets it finds which records are missing, different or too
// many, fetches the former by id and proves each by its leaf; last come all stubs
// after its cursor. What cannot be proved is UNPROVED, and nothing is changed.
#ifndef SERVER_SHARING_COMPARISON_H_
#define SERVER_SHARING_COMPARISON_H_

#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "client/base/sha256.h"
#include "maillage/v1/sync.pb.h"
#include "server/sharing/recount.h"
#include "server/sharing/subscriber.h"
#include "server/storage/reader.h"

namespace maillage::sharing {

// More differences than this, or more bytes of them, are not worth a comparison:
// a run from 0 is cheaper.
inline constexpr size_t kMaxDifferences = 20'000;
inline constexpr size_t kMaxCompareBytes = 32 << 20;
// Parts of answers together.
inline constexpr uint64_t kMaxCompareParts = 10'000;

// What a comparison cost.
struct CompareFigures {
  uint64_t rounds = 0;
  uint64_t sent_bytes = 0;
  uint64_t received_bytes = 0;
  uint64_t parts = 0;
  uint64_t nodes = 0;
  uint64_t entries = 0;  // records and stubs
  uint64_t changed = 0;  // records put, withdrawn or removed here
};

// UNPROVED: the supplier cannot prove its Head.
absl::Status Unproved(absl::string_view what);

// Not thread safe.
class Comparison {
 public:
  // Begins with the share as `reader`, a snapshot, shows it. Without a recount it
  // trusts the stored tree but for the buckets that it comes to; with one (of the
  // same snapshot) it trusts nothing stored. Errors: NOT_SUBSCRIBED, NOT_A_MEMBER,
  // NOTHING_PROVED (a copy that has no Head begins by a run).
  static absl::StatusOr<std::unique_ptr<Comparison>> Start(
      std::shared_ptr<const storage::Reader> reader, const Bench& bench, const ShareId& share,
      std::optional<Recount> recount);

  // What to ask first.
  v1::CompareRequest FirstRequest();
  // Takes a part of an answer; the next request once it is whole, or nothing: wait
  // on, or (is_done) all is there. Errors end the comparison:
  //   as judging.h, of the Head and of entries
  //   UNPROVED       INVALID_ARGUMENT: the supplier cannot prove its Head
  //   LOCAL_DAMAGE   DATA_LOSS: rows here do not fit; compare again with a recount
  //   TOO_DIFFERENT  OUT_OF_RANGE: ask for all from 0
  //   by the name of a Refusal  UNAVAILABLE: not now
  absl::StatusOr<std::optional<v1::CompareRequest>> Take(v1::CompareAnswer* answer, absl::Time now);
  bool is_done() const { return done_; }

  // Once done: what makes the copy that of the Head, proved once more as a whole;
  // `latest` is the newest state. ABORTED where the share changed meanwhile.
  absl::StatusOr<Proved> Finish(const storage::Reader& latest, absl::Time now);

  const CompareFigures& figures() const { return figures_; }
  bool has_recount() const { return recount_.has_value(); }
  // Records fetched, with their entries: of links, messages.
  const std::map<RecordId, v1::Entry>& fetched() const { return fetched_; }

 private:
  struct Asked {
    uint32_t node;
    Hash hash;
  };
  Comparison(std::shared_ptr<const storage::Reader> reader, const Bench& bench,
             const ShareId& share, std::optional<Recount> recount);

  absl::Status TakePart(v1::CompareAnswer* answer, absl::Time now);
  absl::Status TakeHead(const v1::CompareAnswer& answer, absl::Time now);
  absl::Status TakeNode(v1::TreeNode* node);
  absl::Status TakeInner(uint8_t level, uint16_t prefix, absl::string_view row);
  absl::Status TakeBucket(uint16_t position, absl::string_view row);
  absl::Status TakeEntry(v1::Entry* entry);
  absl::Status TakeRecord(const RecordId& id, v1::Entry* entry);
  absl::Status TakeStub(const RecordId& id, v1::Entry* entry);
  // Whether the stub is here; then it weighs nothing.
  absl::StatusOr<bool> HasStub(const RecordId& id, const v1::Entry& stub);
  // What is missing, different or too many in a bucket.
  absl::Status Differ(absl::string_view theirs, absl::string_view mine);
  // All that is here below a node of which the supplier has nothing.
  absl::Status AddGone(uint8_t level, uint16_t prefix);
  absl::Status CheckLocal(const RecordId& id, const Hash& leaf) const;
  absl::Status CheckSize() const;
  bool HasSuspect(uint8_t level, uint16_t prefix) const;
  absl::StatusOr<std::string> LocalRow(uint8_t level, uint16_t prefix) const;
  // Whether the supplier's tree has the record.
  absl::StatusOr<bool> IsLive(const RecordId& id) const;
  std::optional<v1::CompareRequest> NextRequest();
  v1::CompareRequest NewRequest();

  // In comparison_end.cc.
  absl::Status ProveRoot(storage::Batch* rows);
  absl::Status CheckSeqs(const storage::Reader& latest, const std::set<RecordId>& changed) const;
  std::set<RecordId> Changed() const;
  const v1::Entry* NewEntry(const RecordId& id) const;
  absl::Status AddRecords(const storage::Reader& latest, const std::set<RecordId>& changed,
                          bool link, storage::Transaction* transaction);

  const std::shared_ptr<const storage::Reader> reader_;
  const Bench bench_;
  const ShareId share_;
  std::optional<Recount> recount_;
  std::set<uint16_t> suspects_;                        // buckets to look into in any case
  std::shared_ptr<const storage::Reader> local_tree_;  // that of the log, where recounted
  ReceivedShare received_;
  std::optional<v1::Head> head_;
  v1::Signed signed_head_;
  bool done_ = false;
  std::deque<Asked> asked_;            // nodes of this request
  std::deque<Asked> to_ask_;           // of the next ones, level by level
  std::deque<RecordId> ids_;           // of the next requests
  std::set<RecordId> awaited_;         // of this request
  std::set<RecordId> extra_;           // live here, and not at the supplier
  std::map<RecordId, Hash> expected_;  // to be fetched, with the leaf each must have
  std::map<RecordId, v1::Entry> fetched_;
  std::map<RecordId, v1::Entry> stubs_;
  bool stubs_asked_ = false;
  uint64_t stubs_after_ = 0;
  uint64_t last_stub_ = 0;
  size_t held_bytes_ = 0;
  CompareFigures figures_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_COMPARISON_H_

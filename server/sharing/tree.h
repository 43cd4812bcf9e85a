// The share tree: a Merkle tree over the live entries of a share log, of fixed
// depth 4 and fan-out 16, by the first four nibbles of SHA-256(id).
//
//   leaf   = SHA-256("maillage/v1/leaf" 00 id(16) seq(8) kind(1) view(1) revision(8)
//                    length(4) payload)
//   bucket = SHA-256("maillage/v1/bucket" 00 (id(16) leaf(32))*), in order of ids
//   inner  = SHA-256("maillage/v1/inner" 00 child(32) x 16)
//
// A bucket or inner node without a live leaf is 32 zero bytes, and so is the
// root of an empty tree. Rows of the `tree` family: level 4 holds what a bucket
// hashes, levels 0 to 3 what an inner node hashes; a node that is zero has none.
#ifndef SERVER_SHARING_TREE_H_
#define SERVER_SHARING_TREE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/base/ids.h"
#include "client/base/sha256.h"
#include "maillage/v1/sync.pb.h"
#include "server/storage/batch.h"
#include "server/storage/reader.h"

namespace maillage::sharing {

inline constexpr int kTreeDepth = 4;
inline constexpr int kTreeFanOut = 16;
// A record in the row of a bucket; the row of an inner node.
inline constexpr size_t kLeafRowBytes = RecordId::kSize + Hash::kSize;
inline constexpr size_t kInnerRowBytes = kTreeFanOut * Hash::kSize;

// `entry` is a PUT with an id of 16 bytes.
Hash LeafHash(const v1::Entry& entry);
// `row` is the row of a bucket, or of an inner node.
Hash BucketHash(absl::string_view row);
Hash InnerHash(absl::string_view row);
// The first four nibbles of SHA-256(id).
uint16_t TreePosition(const RecordId& id);

// Changes of one share's tree. Fill it, then apply it: only the nodes on the
// way from changed leaves to the root are read, hashed and written.
// Not thread safe.
class TreeUpdate {
 public:
  struct Result {
    Hash root;
    // Live leaves gained, or lost.
    int64_t live_delta = 0;
  };

  TreeUpdate(const NodeId& origin, const ShareId& share) : origin_(origin), share_(share) {}

  // The last word on an id counts.
  void Set(const RecordId& id, const Hash& leaf) { Add(id, leaf, /*live=*/true); }
  void Remove(const RecordId& id) { Add(id, Hash(), /*live=*/false); }

  // Adds the changed rows to `rows` and returns the new root. `stored` holds
  // the tree as it stands; null: an empty one. Errors are those of reading, and
  // DATA_LOSS (BAD_TREE) where a row is damaged. Call it once.
  absl::StatusOr<Result> Apply(const storage::Reader* stored, storage::Batch* rows);

 private:
  struct Change {
    uint16_t position;
    RecordId id;
    Hash leaf;
    bool live;
  };
  struct Node {
    uint16_t prefix;
    Hash hash;
  };

  void Add(const RecordId& id, const Hash& leaf, bool live);
  // Sorts by position and id, and keeps the last change of an id.
  void SortChanges();
  absl::StatusOr<std::string> ReadRow(uint8_t level, uint16_t prefix) const;
  void WriteRow(uint8_t level, uint16_t prefix, const Hash& hash, std::string row);
  // Applies the changes to the buckets; returns the changed ones.
  absl::StatusOr<std::vector<Node>> UpdateBuckets(int64_t* live_delta);
  // Puts changed children into their parents at `level`; returns the parents.
  absl::StatusOr<std::vector<Node>> UpdateInner(uint8_t level, const std::vector<Node>& children);

  const NodeId origin_;
  const ShareId share_;
  std::vector<Change> changes_;
  const storage::Reader* stored_ = nullptr;
  storage::Batch* rows_ = nullptr;
};

// Adds the removal of all stored rows of a tree to `rows`.
absl::Status DeleteTree(const storage::Reader& stored, const NodeId& origin, const ShareId& share,
                        storage::Batch* rows);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_TREE_H_

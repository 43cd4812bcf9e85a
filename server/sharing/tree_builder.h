// A share tree from leaves that come in its order: for large runs, whose changes
// TreeUpdate would hold all at once.
#ifndef SERVER_SHARING_TREE_BUILDER_H_
#define SERVER_SHARING_TREE_BUILDER_H_

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "server/sharing/leaf_runs.h"
#include "server/sharing/tree.h"
#include "server/storage/batch.h"
#include "server/storage/reader.h"

namespace maillage::sharing {

// Not thread safe. Makes the rows that TreeUpdate makes; tree.h tells them.
class TreeBuilder {
 public:
  // Gets rows whenever there are some, each once.
  using Sink = std::function<absl::Status(storage::Batch rows)>;

  // `stored` holds the tree as it stands; null: an empty one.
  TreeBuilder(const NodeId& origin, const ShareId& share, const storage::Reader* stored, Sink sink)
      : origin_(origin), share_(share), stored_(stored), sink_(std::move(sink)) {}

  // One word an id; positions and ids rise. Errors are those of reading and of
  // the sink, and DATA_LOSS (BAD_TREE).
  absl::Status Add(const LeafChange& change);
  absl::StatusOr<TreeUpdate::Result> Finish();

 private:
  struct Node {
    uint16_t prefix;
    Hash hash;
  };

  absl::Status BeginBucket(uint16_t position);
  absl::Status EndBucket();
  // Puts changed children into their parents at `level`; returns the parents.
  absl::StatusOr<std::vector<Node>> Parents(uint8_t level, const std::vector<Node>& children);
  absl::StatusOr<std::string> ReadRow(uint8_t level, uint16_t prefix) const;
  absl::Status WriteRow(uint8_t level, uint16_t prefix, const Hash& hash, std::string row);
  absl::Status Flush();

  const NodeId origin_;
  const ShareId share_;
  const storage::Reader* const stored_;
  const Sink sink_;
  storage::Batch rows_;
  std::vector<Node> buckets_;
  int64_t live_delta_ = 0;
  // The bucket at hand: what is stored of it, how far that is taken over, and
  // what it becomes.
  bool in_bucket_ = false;
  uint16_t position_ = 0;
  std::string old_row_;
  size_t old_at_ = 0;
  std::string row_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_TREE_BUILDER_H_

// What a large run does to the leaves of a share tree, in the order of the tree,
// however much it is: sorted in pieces into files, then merged.
#ifndef SERVER_SHARING_LEAF_RUNS_H_
#define SERVER_SHARING_LEAF_RUNS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "client/base/ids.h"
#include "client/base/sha256.h"
#include "server/storage/spool.h"

namespace maillage::sharing {

// One entry as the tree sees it.
struct LeafChange {
  uint16_t position = 0;
  RecordId id;
  uint64_t seq = 0;
  bool live = false;
  Hash leaf;  // where live
};

// Not thread safe. Its files go with it. Errors are those of the folder.
class LeafRuns {
 public:
  // The folder must outlive it. Files are called by `name`.
  LeafRuns(storage::Folder* folder, std::string name);
  ~LeafRuns();
  LeafRuns(const LeafRuns&) = delete;
  LeafRuns& operator=(const LeafRuns&) = delete;

  absl::Status Add(LeafChange change);
  // Visits all in order of position, id and seq.
  using Visitor = absl::FunctionRef<absl::Status(const LeafChange& change)>;
  absl::Status Merge(Visitor visit);

 private:
  absl::Status Spill();

  storage::Folder* const folder_;
  const std::string name_;
  std::vector<LeafChange> held_;
  std::vector<std::unique_ptr<storage::Spool>> spilled_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_LEAF_RUNS_H_

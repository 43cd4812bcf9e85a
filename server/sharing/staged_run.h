// A large run while it is coming in: kept in a spool, over cuts and kills, until
// its Head proves it.
#ifndef SERVER_SHARING_STAGED_RUN_H_
#define SERVER_SHARING_STAGED_RUN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "server/sharing/incoming_run.h"
#include "server/sharing/leaf_runs.h"
#include "server/storage/spool.h"

namespace maillage::sharing {

// What a staged run belongs to; the label of its spool: NODE SHARE incarnation(16)
// from(8). The parts of the spool are serialised entries, each after its length(4).
struct StagedLabel {
  NodeId origin;
  ShareId share;
  Incarnation incarnation;
  uint64_t from_seq = 0;

  std::string Encode() const;
  // False where it cannot be read.
  static bool Decode(absl::string_view bytes, StagedLabel* label);
};

// Not thread safe. Errors are those of the folder. The folder must outlive it.
class StagedRun {
 public:
  // In place of what is staged of the share.
  static absl::StatusOr<std::unique_ptr<StagedRun>> Create(storage::Folder* folder,
                                                           const StagedLabel& label);
  // What a stop left in a spool, up to where it is whole. NOT_FOUND (NO_SPOOL)
  // where there is nothing to go on with.
  static absl::StatusOr<std::unique_ptr<StagedRun>> Open(storage::Folder* folder,
                                                         const std::string& name);

  const StagedLabel& label() const { return label_; }
  // Staged up to here.
  uint64_t seq() const { return seq_; }
  uint64_t entries() const { return entries_; }

  // The entries that follow, checked, with their leaves.
  absl::Status Add(std::vector<IncomingEntry> entries);
  // In the order of seq.
  using Visitor = absl::FunctionRef<absl::Status(v1::Entry* entry)>;
  absl::Status ForEach(Visitor visit) const;
  // In the order of the tree; an id may come several times, in order of seq.
  absl::Status ForEachLeaf(LeafRuns::Visitor visit) { return leaves_.Merge(visit); }
  // The spool goes.
  absl::Status Remove() { return spool_->Remove(); }

 private:
  StagedRun(storage::Folder* folder, const StagedLabel& label,
            std::unique_ptr<storage::Spool> spool);
  // Reads the spool again.
  absl::Status Replay();
  absl::Status Note(const RecordId& id, uint64_t seq, bool live, const Hash& leaf);

  const StagedLabel label_;
  const std::unique_ptr<storage::Spool> spool_;
  LeafRuns leaves_;
  uint64_t seq_ = 0;
  uint64_t entries_ = 0;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_STAGED_RUN_H_

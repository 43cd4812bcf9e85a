// The commit stage that keeps ordinals, postings and the sorted list.
#ifndef SERVER_DIRECTORY_INDEX_STAGE_H_
#define SERVER_DIRECTORY_INDEX_STAGE_H_

#include <memory>

#include "client/base/ids.h"
#include "server/storage/postings.h"
#include "server/storage/writer.h"

namespace maillage::directory {

// Indexes every RecordChange, own or a partner's, from what was shown to what
// will be shown. A change with the same actor on both sides is left alone.
class IndexStage : public storage::CommitStage {
 public:
  explicit IndexStage(const NodeId& self) : self_(self) {}

  absl::StatusOr<std::unique_ptr<Prepared>> Prepare(
      const storage::Transaction& transaction) const override;
  absl::Status Commit(const storage::Transaction& transaction, const Prepared* prepared,
                      storage::Group* group) override;
  absl::Status EndGroup(storage::Group* group) override;
  void GroupDone(bool committed) override;

 private:
  struct Work;
  absl::Status Apply(const storage::RecordChange& change, const struct IndexChange& work,
                     storage::Group* group);
  absl::StatusOr<uint32_t> OrdinalFor(const storage::RecordChange& change, storage::Group* group);

  const NodeId self_;
  storage::PostingDelta delta_;  // of the present group
};

}  // namespace maillage::directory

#endif  // SERVER_DIRECTORY_INDEX_STAGE_H_

// The commit stage of the origin: what a change of an own record means for
// every share becomes entries of their logs in the same commit.
#ifndef SERVER_SHARING_SHARE_STAGE_H_
#define SERVER_SHARING_SHARE_STAGE_H_

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "server/directory/gates.h"
#include "server/directory/shown.h"
#include "server/identity/signer.h"
#include "server/sharing/own_share.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// A record enters a share or changes: PUT. It leaves the filter, may not leave the
// node any more (gates.h) or is deleted: WITHDRAW. It is erased: a signed ERASE in every share that
// ever had it. Prepare refuses records that are too large to share (RECORD_TOO_LARGE), Commit an
// ingestion of own records while there is a share (RECORDS_ARE_SHARED). An own change with the same
// actor before and after is looked at again, which is how a new share is filled; where the record
// left by a later revision (before a restore), it stays out of the share until somebody changes it.
// One that erases what is not there has its erasures signed anew.
class ShareStage : public storage::CommitStage {
 public:
  // Told on the writer's thread, after the commit, which logs have grown.
  using OnGrown = std::function<void(const std::set<ShareId>&)>;

  // `shares` and `signer`, which signs erasures, must outlive the stage.
  ShareStage(const NodeId& self, const ShareTable* shares, const identity::Signer* signer,
             OnGrown on_grown, directory::Gates gates = {});

  absl::StatusOr<std::unique_ptr<Prepared>> Prepare(
      const storage::Transaction& transaction) const override;
  absl::Status Commit(const storage::Transaction& transaction, const Prepared* prepared,
                      storage::Group* group) override;
  absl::Status EndGroup(storage::Group* group) override;
  void GroupDone(bool committed) override;

 private:
  struct Work;
  struct Projections;
  using Change = storage::RecordChange;

  std::unique_ptr<Work> Evaluate(const storage::Transaction& transaction) const;
  // Which shares the changed record is in, and what of it.
  void Project(const Change& change, const std::vector<OwnSharePtr>& shares,
               Projections* projections) const;
  absl::Status CommitChange(const Change& change, const Projections& work,
                            const std::vector<OwnSharePtr>& shares, storage::Group* group);
  // `payload` is null where the record is not, or no longer, in the share.
  absl::Status CommitToShare(const Change& change, const OwnShare& share,
                             const std::string* payload, storage::Group* group);
  // Signs the erasure, where there is one, anew and with a new seq.
  absl::Status SignAnew(const Change& change, const OwnShare& share, storage::Group* group);
  absl::Status Append(const Change& change, const OwnShare& share,
                      const std::optional<directory::Sighting>& known, const std::string* payload,
                      storage::Group* group);
  absl::StatusOr<uint64_t> NextSeq(const ShareId& share, storage::Group* group);
  // Rows that others put into own logs themselves, and numbers that they take or
  // raise: links, a recovery. ABORTED where a number was given in this group.
  absl::Status NoteOwnLogRows(const storage::Transaction& transaction);
  absl::Status RaiseSeq(const storage::Batch::Op& op);

  const NodeId self_;
  const ShareTable* const shares_;
  const identity::Signer* const signer_;
  const OnGrown on_grown_;
  const directory::Gates gates_;
  // Writer's thread.
  std::map<ShareId, uint64_t> seqs_;  // last one given out
  std::set<ShareId> numbered_;        // in this group, by this stage
  std::set<ShareId> grown_;           // in this group, by anyone
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_SHARE_STAGE_H_

// Looks at every row of a share and says what they make together: what of the
// tree, the log and `where` does not fit.
#ifndef SERVER_SHARING_RECOUNT_H_
#define SERVER_SHARING_RECOUNT_H_

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "client/base/ids.h"
#include "client/base/sha256.h"
#include "maillage/v1/sync.pb.h"
#include "server/storage/batch.h"
#include "server/storage/reader.h"

namespace maillage::sharing {

struct Recount {
  // The signed bytes of the Head at which the rows stood.
  std::string head;
  // What the log makes: leaves are hashed anew, nothing stored is believed.
  Hash root;
  uint64_t live = 0;
  // Log rows that were looked at.
  uint64_t rows = 0;
  // Makes the stored tree that of the log; empty where it is.
  storage::Batch tree_rows;
  // Records whose rows in log and where do not fit each other, and the seqs of
  // their log rows.
  std::map<RecordId, std::vector<uint64_t>> unsound;
  // Records whose log row is not what the stored tree has: one of the two is
  // damaged. Where the root is that of the Head, it is the tree.
  std::set<RecordId> doubtful;
  // Seqs of log rows that cannot be read.
  std::vector<uint64_t> unreadable;

  // Whether all is as `head` says.
  bool Fits(const v1::Head& head) const;
  // Records that are damaged; `head` as in Fits().
  uint64_t DamagedRecords(const v1::Head& head) const;
  // Takes what is doubtful for damaged where the root is not that of the Head.
  void Decide(const v1::Head& head);
};

// Rows that are held in memory at a time, about 70 bytes each; a larger log is
// gone through several times.
inline constexpr size_t kRecountRows = 500'000;

// `reader` is a snapshot. Thread safe; takes seconds for a million records.
// Errors are those of reading, not those of what is read.
absl::StatusOr<Recount> RecountShare(const storage::Reader& reader, const NodeId& origin,
                                     const ShareId& share, size_t rows_at_once = kRecountRows);

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_RECOUNT_H_

// Receipts for messages that a relay brought. Their sender sees no Ack of them, so
// the receiver says in its own link how far it holds the sender's.
//
//   meta  "link-receipt/" NODE   seq(8) · id(16): NODE's link is receipted up to this
//                                seq, by this message
//
// A receipt takes the place of the one before it, and is not receipted itself.
#ifndef SERVER_SHARING_LINK_RECEIPTS_H_
#define SERVER_SHARING_LINK_RECEIPTS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "maillage/v1/sync.pb.h"
#include "server/identity/self.h"
#include "server/sharing/links.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// For the stream's thread, one call at a time.
class LinkReceipts {
 public:
  // The pointers must outlive it.
  LinkReceipts(const identity::Self* self, const storage::Database* database,
               storage::Writer* writer, const Links* links, const Clock* clock)
      : self_(self), database_(database), writer_(writer), links_(links), clock_(clock) {}

  // Gives the partner a receipt, if its link holds messages without one.
  // NOT_FOUND (NO_SUCH_PARTNER); errors of reading and writing.
  absl::Status Give(const NodeId& from) const;

 private:
  struct Given {
    uint64_t seq = 0;
    std::optional<RecordId> message;
    std::optional<std::string> row;
  };

  absl::StatusOr<Given> ReadGiven(const NodeId& from) const;
  absl::StatusOr<bool> HasMessages(const NodeId& from, uint64_t after) const;
  bool IsReceiptOfLink(const NodeId& from, absl::string_view sealed) const;
  absl::Status GiveOnce(const NodeId& from) const;

  const identity::Self* const self_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  const Links* const links_;
  const Clock* const clock_;
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_LINK_RECEIPTS_H_

// Directed messages to partners: sealed, carried by the built-in share from one
// node to one partner, handled exactly once.
#ifndef SERVER_SHARING_LINKS_H_
#define SERVER_SHARING_LINKS_H_

#include <functional>
#include <map>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "client/base/clock.h"
#include "client/base/ids.h"
#include "client/base/mutex.h"
#include "maillage/v1/link.pb.h"
#include "maillage/v1/sync.pb.h"
#include "server/identity/partners.h"
#include "server/identity/self.h"
#include "server/sharing/inbox.h"
#include "server/storage/database.h"
#include "server/storage/writer.h"

namespace maillage::sharing {

// Thread safe, but for Handle().
class Links {
 public:
  // Adds to `transaction` what the message does; it is committed together with
  // the note that the message is handled, so both happen once. May be asked again
  // for the same message. NOT_FOUND, FAILED_PRECONDITION, UNAVAILABLE: the
  // message waits, with that reason, and is tried again. Any other error sets it
  // aside for good.
  using Handler = std::function<absl::Status(const NodeId& from, const RecordId& id,
                                             const v1::LinkMessage& message,
                                             storage::Transaction* transaction)>;

  // The pointers must outlive it.
  Links(const identity::Self* self, const identity::Partners* partners,
        const storage::Database* database, storage::Writer* writer, const Clock* clock);

  // Who handles messages of a kind; the last one counts. Before streams are open.
  void Handle(v1::LinkMessage::BodyCase kind, Handler handler) {
    handlers_[kind] = std::move(handler);
  }
  // Finds the messages that wait. DATA_LOSS (BAD_ROW).
  absl::Status Load();

  // Sends a message; on return it is durable here. NOT_FOUND (NO_SUCH_PARTNER),
  // INVALID_ARGUMENT (TOO_LARGE), RESOURCE_EXHAUSTED (OUTBOX_FULL: more than the
  // partner takes at once are still to be fetched).
  absl::Status Send(const NodeId& to, const v1::LinkMessage& message);
  // Adds the message to a transaction instead, which is refused (ABORTED) where
  // another message came first: build it again then. `id` gets the message's id.
  absl::Status AddTo(const NodeId& to, const v1::LinkMessage& message,
                     storage::Transaction* transaction, RecordId* id = nullptr) const;

  // Adds to a transaction that a message is withdrawn, if it is not yet.
  absl::Status AddWithdrawal(const NodeId& to, const RecordId& id,
                             storage::Transaction* transaction) const;
  // What waits of a partner's messages.
  InboxUse UseOf(const NodeId& from) const;

  // The rest is for the stream's thread, one call at a time.

  // What messages wait for may have come: handles them, so many at once, in turns.
  void HandleWaiting();
  // The same once messages were noted as arrived; where very many wait, those that
  // arrived alone.
  void HandleArrived();
  void NoteArrived(const NodeId& from, const RecordId& id) ABSL_LOCKS_EXCLUDED(mutex_);
  // The partner holds the link up to `seq`: its messages are withdrawn.
  absl::Status Withdraw(const NodeId& to, uint64_t seq);
  // Up to where a link's receiver was known to hold it when something was withdrawn
  // last: row meta "link-acked/" LINK, seq(8).
  static absl::StatusOr<uint64_t> Acked(const storage::Reader& reader, const ShareId& link);
  // The partner is one no more: what it has not fetched is withdrawn.
  absl::Status WithdrawAll(const NodeId& to);

 private:
  using Message = std::pair<NodeId, RecordId>;

  void HandleAll(const std::vector<Message>& messages);
  // Returns whether the message no longer waits.
  absl::StatusOr<bool> HandleMessage(const Message& message);
  absl::StatusOr<bool> HandleOnce(const Message& message, const std::string& key,
                                  const std::string& row);
  absl::Status Ask(const Message& message, const InboxRow& row,
                   storage::Transaction* transaction) const;
  absl::Status CheckOutbox(const ShareId& link, uint64_t seq) const;
  absl::StatusOr<uint64_t> TakeSeq(const ShareId& link, storage::Transaction* transaction) const;
  absl::Status AddStub(v1::Entry stub, const ShareId& link,
                       storage::Transaction* transaction) const;
  absl::Status WithdrawOnce(const NodeId& to, uint64_t after, uint64_t seq);

  const identity::Self* const self_;
  const identity::Partners* const partners_;
  const storage::Database* const database_;
  storage::Writer* const writer_;
  const Clock* const clock_;
  std::map<v1::LinkMessage::BodyCase, Handler> handlers_;
  mutable Mutex mutex_;
  // With the bytes of each.
  std::map<Message, size_t> waiting_ ABSL_GUARDED_BY(mutex_);
  // The stream's thread: where HandleWaiting() goes on, and what arrived last.
  Message turn_;
  std::vector<Message> arrived_;
  std::map<NodeId, uint64_t> withdrawn_;  // up to this seq; the stream's thread
};

}  // namespace maillage::sharing

#endif  // SERVER_SHARING_LINKS_H_
